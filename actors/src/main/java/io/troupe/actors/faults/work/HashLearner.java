package io.troupe.actors.faults.work;

import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.actors.faults.plan.Scenario;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardTree;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Trains a {@link HashModel}: the new weights are a hash of the tree of gradients. */
public final class HashLearner implements LearnerModel {
  private static final int NUM_PARTS = 2;

  private final ShardTree tree;
  private final Map<ShardRange, Long[]> gradients = new HashMap<>();
  private long weights;
  private long updates; // stands for the state of the optimizer
  private int iteration;
  private List<ScoredGroup> batch = List.of();

  /** The start of a run. */
  public HashLearner(Scenario scenario) {
    tree = new ShardTree(scenario.gradientShards());
    weights = HashModel.initialWeights(scenario.seed());
  }

  @Override
  public long weights() {
    return weights;
  }

  @Override
  public Payload state() {
    return payload(weights, updates);
  }

  @Override
  public void load(Payload state) {
    ByteBuffer data = state.parts().getFirst();
    weights = data.getLong();
    updates = data.getLong();
    batch = List.of();
    gradients.clear();
  }

  @Override
  public void begin(List<ScoredGroup> groups) {
    batch = List.copyOf(groups);
    iteration = 0;
    gradients.clear();
  }

  @Override
  public int numParts(ShardRange shards) {
    return NUM_PARTS;
  }

  @Override
  public Payload gradient(ShardRange shards, int part) {
    long sum = sum(shards, part);
    put(shards, part, sum);
    return payload(sum);
  }

  private long sum(ShardRange shards, int part) {
    if (shards.count() == 1) {
      int samples = batch.stream().mapToInt(group -> group.scores().size()).sum();
      int first = tree.firstSample(shards, samples);
      int end = tree.endSample(shards, samples);
      return HashModel.shardGradient(weights, iteration, batch, first, end) + part;
    }
    return HashModel.sum(sum(ShardTree.left(shards), part), sum(ShardTree.right(shards), part));
  }

  private void put(ShardRange shards, int part, long sum) {
    gradients.computeIfAbsent(shards, _ -> new Long[NUM_PARTS])[part] = sum;
  }

  @Override
  public boolean provide(ShardGradient gradient) {
    if (gradient.numParts() != NUM_PARTS || gradient.data().sizeBytes() != Long.BYTES) {
      return false;
    }
    put(gradient.shards(), gradient.part(), gradient.data().parts().getFirst().getLong());
    return true;
  }

  @Override
  public void update() {
    for (int part = 0; part < NUM_PARTS; part++) {
      weights = HashModel.update(weights, gathered(tree.root(), part) + updates);
    }
    updates++;
    iteration++;
    gradients.clear();
  }

  private long gathered(ShardRange shards, int part) {
    Long[] known = gradients.get(shards);
    if (known != null && known[part] != null) {
      return known[part];
    }
    if (shards.count() == 1) {
      throw new IllegalStateException("shard %d is missing in an update".formatted(shards.first()));
    }
    return HashModel.sum(
        gathered(ShardTree.left(shards), part), gathered(ShardTree.right(shards), part));
  }

  @Override
  public void finish() {
    batch = List.of();
  }

  /** Numbers as content. */
  static Payload payload(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return Payload.of(bytes.array());
  }
}
