package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.protocol.Rejections;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Keeps gradients of learners that are ahead, for at most two steps and within a size. */
final class GradientBuffer {
  private static final int MAX_AHEAD = 2;

  private final long maxBytes;
  private final Rejections rejections;
  private final TreeMap<Position, List<ShardGradient>> gradients =
      new TreeMap<>(Comparator.comparingLong(Position::step).thenComparingInt(Position::iteration));
  private long bytes;

  /** An iteration of a step. */
  record Position(long step, int iteration) {}

  GradientBuffer(long maxBytes, Rejections rejections) {
    this.maxBytes = maxBytes;
    this.rejections = rejections;
  }

  /**
   * Adds a gradient of a later iteration or step.
   *
   * @param currentStep the step in training, or the one that comes next
   */
  void add(ShardGradient gradient, long currentStep) {
    long size = gradient.data().sizeBytes();
    if (gradient.step() > currentStep + MAX_AHEAD || bytes + size > maxBytes) {
      rejections.count(Rejection.NO_SPACE);
      return;
    }
    gradients
        .computeIfAbsent(
            new Position(gradient.step(), gradient.iteration()), _ -> new ArrayList<>())
        .add(gradient);
    bytes += size;
  }

  /** Removes the gradients of an iteration; those before it are dropped. */
  List<ShardGradient> take(long step, int iteration) {
    Position position = new Position(step, iteration);
    List<ShardGradient> taken = List.of();
    while (!gradients.isEmpty()
        && gradients.comparator().compare(gradients.firstKey(), position) <= 0) {
      boolean isWanted = gradients.firstKey().equals(position);
      List<ShardGradient> first = gradients.pollFirstEntry().getValue();
      first.forEach(gradient -> bytes -= gradient.data().sizeBytes());
      if (isWanted) {
        taken = first;
      }
    }
    return taken;
  }

  long sizeBytes() {
    return bytes;
  }
}
