package io.troupe.training.grpo;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.tensor.GradientListener;
import io.troupe.training.optim.TrainingGuard;
import io.troupe.training.packing.LogProbPass;
import io.troupe.training.packing.MicroBatchTokens;
import io.troupe.training.packing.PackedBatch;
import io.troupe.training.packing.PackedSample;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardTree;
import io.troupe.training.shard.ShardWork;
import java.util.BitSet;
import java.util.List;

/**
 * The forward and backward passes over the samples of a batch, by shard. A shard has passes of its
 * own, so that nothing about it depends on the other shards.
 */
final class BatchPasses implements ShardWork {
  private final TrainedPolicy trained;
  private final GrpoConfig config;
  private final GrpoBatch batch;
  private final TokenNumbers numbers;
  private final ShardTree tree;
  private final GrpoObjective objective;
  private final String work;
  private final BitSet referenceKnown = new BitSet(); // by shard

  /**
   * The passes of one batch.
   *
   * @param work for messages, such as {@code training step 4}
   */
  BatchPasses(TrainedPolicy trained, GrpoBatch batch, TokenNumbers numbers, String work) {
    this.trained = trained;
    this.config = trained.config();
    this.batch = batch;
    this.numbers = numbers;
    this.tree = new ShardTree(config.gradientShards());
    this.objective = new GrpoObjective(config, batch.advantages().values(), batch.lengths());
    this.work = work;
  }

  ShardTree tree() {
    return tree;
  }

  GrpoObjective objective() {
    return objective;
  }

  @Override
  public boolean hasGradient(ShardRange shards) {
    return batch.samples().subList(from(shards), to(shards)).stream()
        .anyMatch(sample -> objective.hasGradient(sample.index()));
  }

  @Override
  public void accumulate(int shard, GradientListener lastPass) {
    ShardRange shards = new ShardRange(shard, 1);
    int from = from(shards);
    int to = to(shards);
    readReference(shard, batch.samples().subList(from, to));
    LogProbPass pass = passOver(trained.policy());
    List<PackedBatch> parts = pack(batch.samplesOf(objective, true, from, to));
    LogProbPass.TokenGradient gradient =
        LogProbPass.TokenGradient.ofPasses(this::gradient, trainedTokens());
    for (int i = 0; i < parts.size(); i++) {
      TrainingGuard.checkInterrupt(work);
      GradientListener listener = i == parts.size() - 1 ? lastPass : GradientListener.NONE;
      pass.accumulate(parts.get(i), numbers::keep, gradient, listener);
    }
    for (PackedBatch part : pack(batch.samplesOf(objective, false, from, to))) {
      TrainingGuard.checkInterrupt(work);
      pass.read(part, numbers::keep);
    }
  }

  private void readReference(int shard, List<PackedSample> samples) {
    if (config.beta() == 0 || referenceKnown.get(shard)) {
      return;
    }
    LogProbPass frozen = passOver(trained.reference());
    for (PackedBatch part : pack(samples)) {
      frozen.read(part, numbers::keepReference);
    }
    referenceKnown.set(shard);
  }

  /** Tokens of the samples with a gradient, in all shards. */
  private long trainedTokens() {
    return batch.samples().stream()
        .filter(sample -> objective.hasGradient(sample.index()))
        .mapToLong(sample -> sample.completionIds().length)
        .sum();
  }

  private LogProbPass passOver(CausalLM model) {
    return new LogProbPass(model, config.temperature(), config.logitsBytes());
  }

  private List<PackedBatch> pack(List<PackedSample> samples) {
    return PackedBatch.pack(
        samples, MicroBatchTokens.of(config.microBatchTokens(), trained.policy()));
  }

  private double gradient(int sample, int offset, double logp) {
    return objective.gradient(
        sample, logp, numbers.oldLogp(sample, offset, logp), numbers.refLogp(sample, offset));
  }

  @Override
  public int numTokenValues(ShardRange shards) {
    return numbers.numValues(from(shards), to(shards));
  }

  @Override
  public double[] tokenValues(ShardRange shards) {
    return numbers.values(from(shards), to(shards));
  }

  @Override
  public void putTokenValues(ShardRange shards, double[] values) {
    numbers.put(from(shards), to(shards), values);
    referenceKnown.set(shards.first(), shards.end());
  }

  private int from(ShardRange shards) {
    return tree.firstSample(shards, batch.samples().size());
  }

  private int to(ShardRange shards) {
    return tree.endSample(shards, batch.samples().size());
  }
}
