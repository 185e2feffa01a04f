package io.troupe.actors.cluster.content;

import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.training.shard.IncomingSum;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardSum;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The sums of other learners in one iteration, put together from their parts. */
public final class ReceivedSums implements AutoCloseable {
  private final SumParts parts;
  private final Map<ShardRange, Receiving> receiving = new HashMap<>();

  private static final class Receiving {
    final IncomingSum sum;
    Payload tokens; // null until they arrive
    int missing;

    Receiving(IncomingSum sum, int missing) {
      this.sum = sum;
      this.missing = missing;
    }
  }

  /** No sums yet. */
  public ReceivedSums(SumParts parts) {
    this.parts = parts;
  }

  /** Whether a part has the size that it must have. */
  public boolean fits(ShardGradient gradient) {
    return parts.fits(gradient);
  }

  /**
   * Copies a part that {@linkplain #fits fits} and is not here yet.
   *
   * @return the sum, if this was its last part; belongs to the caller
   */
  public Optional<ShardSum> add(ShardGradient gradient) {
    ShardRange node = gradient.shards();
    int numParts = gradient.numParts();
    Receiving sum =
        receiving.computeIfAbsent(
            node,
            _ ->
                new Receiving(
                    parts.layout().incoming(node, gradient.iteration(), numParts > 1), numParts));
    if (gradient.part() == numParts - 1) {
      sum.tokens = gradient.data();
    } else {
      new PayloadBytes(gradient.data())
          .next(
              sum.sum
                  .gradient()
                  .asSlice(parts.start(gradient.part()), parts.size(gradient.part())));
    }
    sum.missing--;
    return sum.missing > 0 ? Optional.empty() : Optional.of(complete(receiving.remove(node)));
  }

  private static ShardSum complete(Receiving received) {
    ShardSum sum = received.sum.complete(received.tokens.sizeBytes());
    new PayloadBytes(received.tokens).next(sum.tokens());
    return sum;
  }

  /** Drops the sums that are not complete; those of the next iteration may follow. */
  @Override
  public void close() {
    receiving.values().forEach(each -> each.sum.close());
    receiving.clear();
  }
}
