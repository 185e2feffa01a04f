package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.protocol.ControlMessage.View;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.protocol.Rejections;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the gradients of all shards of an iteration: computes this learner's share, sends it to
 * the others, receives theirs, and computes what does not arrive in time. The result does not
 * depend on who computes a shard.
 */
final class GradientExchange {
  private static final int MAX_PARTS = 1 << 16;

  private final NodeId self;
  private final Environment environment;
  private final TrainingWork work;
  private final ClusterDeadlines deadlines;
  private final Rejections rejections;
  private final GradientBuffer buffer;
  private final Listener listener;
  private final ShardTree tree;
  private View view; // null before the first
  private Gathering current; // null between two iterations
  private long nextStep;
  private long lastNs; // time of the last gathering
  private long numComputedForOthers;

  /** Hears of the end of an iteration. */
  interface Listener {
    /** Every shard is there. */
    void onComplete();

    /** A shard cannot be computed. */
    void onFailed(String reason);
  }

  GradientExchange(
      NodeId self,
      Environment environment,
      TrainingWork work,
      LearnerSettings settings,
      Rejections rejections,
      Listener listener) {
    this.self = self;
    this.environment = environment;
    this.work = work;
    this.deadlines = settings.deadlines();
    this.rejections = rejections;
    this.buffer = new GradientBuffer(settings.maxGradientBytes(), rejections);
    this.listener = listener;
    this.tree = new ShardTree(work.numShards());
    this.lastNs = deadlines.maxGradients().toNanos();
  }

  /** Number of shards that were computed because they did not arrive in time. */
  long numComputedForOthers() {
    return numComputedForOthers;
  }

  /** The coordinator has told of the learners; their shares may have changed. */
  void onView(View newView) {
    boolean hasChanged = !newView.learners().equals(learners());
    view = newView;
    if (current != null && hasChanged) {
      current.start();
    }
  }

  /** The learner has trained all steps before this one. */
  void expect(long step) {
    nextStep = step;
  }

  /**
   * Begins an iteration.
   *
   * @param baseChecksum of the weights before the step
   * @param isLate whether the others have finished the step, so that little is still on its way
   */
  void begin(long step, int iteration, long baseChecksum, boolean isLate) {
    nextStep = step;
    current = new Gathering(step, iteration, baseChecksum, isLate);
    List<ShardGradient> early = buffer.take(step, iteration);
    early.forEach(current::arrived);
    current.start();
  }

  /** Ends the iteration without a result. */
  void abort() {
    if (current != null) {
      current.timer.cancel();
      current = null;
    }
  }

  void onGradient(ShardGradient gradient) {
    if (!isWellFormed(gradient)) {
      rejections.count(Rejection.WRONG_CONTENT);
    } else if (current != null && current.isOf(gradient)) {
      current.arrived(gradient);
      current.check();
    } else if (isLater(gradient)) {
      buffer.add(gradient, nextStep);
    } else {
      rejections.count(Rejection.NOT_EXPECTED);
    }
  }

  private boolean isWellFormed(ShardGradient gradient) {
    return gradient.shards().end() <= tree.numShards()
        && tree.isNode(gradient.shards())
        && gradient.iteration() < work.numIterations()
        && gradient.numParts() <= MAX_PARTS;
  }

  private boolean isLater(ShardGradient gradient) {
    if (gradient.step() != nextStep || current == null) {
      return gradient.step() >= nextStep;
    }
    return gradient.iteration() > current.iteration;
  }

  private List<NodeId> learners() {
    return view == null ? List.of() : view.learners();
  }

  private boolean hasOtherLearners() {
    return learners().stream().anyMatch(learner -> !learner.equals(self));
  }

  private List<NodeId> receivers() {
    List<NodeId> receivers = new ArrayList<>(learners());
    if (view != null) {
      receivers.addAll(view.observers());
    }
    receivers.remove(self);
    return receivers;
  }

  /** The shards of one iteration. */
  private final class Gathering {
    private final long step;
    private final int iteration;
    private final long baseChecksum;
    private final boolean isLate;
    private final long startNs = environment.nanoTime();
    private final BitSet wanted = new BitSet(); // that this learner computes
    private final BitSet claimed = new BitSet(); // that it computes or has computed
    private final BitSet covered = new BitSet();
    private final Map<ShardRange, BitSet> received = new HashMap<>();
    private final Map<ShardRange, Integer> numParts = new HashMap<>();
    private boolean isComputing;
    private boolean isWaiting;
    private boolean hasWaited;
    private Environment.Timer timer = () -> {};

    Gathering(long step, int iteration, long baseChecksum, boolean isLate) {
      this.step = step;
      this.iteration = iteration;
      this.baseChecksum = baseChecksum;
      this.isLate = isLate;
    }

    boolean isOf(ShardGradient gradient) {
      return gradient.step() == step && gradient.iteration() == iteration;
    }

    /** Begins, or goes on with another share; the others may take as long as that takes. */
    void start() {
      timer.cancel();
      isWaiting = false;
      addShare();
      check();
    }

    private void addShare() {
      int index = learners().indexOf(self);
      if (!hasOtherLearners()) {
        wanted.set(0, tree.numShards());
      } else if (index >= 0) {
        tree.share(index, learners().size()).forEach(node -> wanted.set(node.first(), node.end()));
      }
    }

    /** Completes the iteration, computes the next shards, or waits. */
    void check() {
      if (isComputing || current != this) {
        return;
      }
      if (covered.cardinality() == tree.numShards()) {
        timer.cancel();
        lastNs = environment.nanoTime() - startNs;
        current = null;
        listener.onComplete();
        return;
      }
      List<ShardRange> missing = tree.cover(shard -> wanted.get(shard) && !covered.get(shard));
      if (!missing.isEmpty()) {
        compute(missing.getFirst());
      } else if (!isWaiting) {
        isWaiting = true;
        timer = environment.after(Duration.ofNanos(patienceNs()), this::overdue);
      }
    }

    private long patienceNs() {
      long least = deadlines.minGradients().toNanos();
      if (isLate) {
        return least;
      }
      long own = claimed.isEmpty() ? lastNs : environment.nanoTime() - startNs;
      return Math.clamp(2 * own, least, deadlines.maxGradients().toNanos());
    }

    private void overdue() {
      if (current == this) {
        hasWaited = true;
        wanted.set(0, tree.numShards());
        check();
      }
    }

    private void compute(ShardRange node) {
      isComputing = true;
      claimed.set(node.first(), node.end());
      if (hasWaited) {
        numComputedForOthers += node.count();
      }
      boolean isShared = !receivers().isEmpty();
      work.compute(node, isShared, outcome -> computed(node, isShared, outcome));
    }

    private void computed(ShardRange node, boolean isShared, Outcome<ShardGradient> outcome) {
      if (current != this) {
        return;
      }
      switch (outcome) {
        case Outcome.Done<ShardGradient>(ShardGradient part) -> {
          if (isShared) {
            receivers().forEach(receiver -> environment.transfer(receiver, part));
          }
          if (part.part() == part.numParts() - 1) {
            isComputing = false;
            covered.set(node.first(), node.end());
            check();
          }
        }
        case Outcome.Failed<ShardGradient>(String reason) -> {
          abort();
          listener.onFailed(reason);
        }
      }
    }

    void arrived(ShardGradient gradient) {
      ShardRange node = gradient.shards();
      if (gradient.baseChecksum() != baseChecksum) {
        rejections.count(Rejection.WRONG_CONTENT);
        return;
      }
      BitSet parts = received.computeIfAbsent(node, _ -> new BitSet());
      int expected = numParts.computeIfAbsent(node, _ -> gradient.numParts());
      if (intersects(claimed, node)
          || intersects(covered, node)
          || parts.get(gradient.part())
          || expected != gradient.numParts()) {
        rejections.count(Rejection.NOT_EXPECTED);
      } else if (!work.provide(gradient)) {
        rejections.count(Rejection.WRONG_CONTENT);
      } else {
        parts.set(gradient.part());
        if (parts.cardinality() == expected) {
          covered.set(node.first(), node.end());
        }
      }
    }

    private boolean intersects(BitSet shards, ShardRange node) {
      int next = shards.nextSetBit(node.first());
      return next >= 0 && next < node.end();
    }
  }
}
