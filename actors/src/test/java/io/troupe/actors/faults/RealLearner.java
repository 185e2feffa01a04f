package io.troupe.actors.faults;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.cluster.content.ReceivedSums;
import io.troupe.actors.cluster.content.StateBytes;
import io.troupe.actors.cluster.content.SumParts;
import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.actors.faults.plan.Scenario;
import io.troupe.actors.faults.work.LearnerModel;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.tensor.Engine;
import io.troupe.training.grpo.GrpoTrainer;
import io.troupe.training.grpo.ShardedStep;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.state.TrainingState;
import io.troupe.training.state.WeightChecksum;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** A small Llama model that the real trainer trains. */
final class RealLearner implements LearnerModel, AutoCloseable {
  private static final int VOCABULARY = 1000; // as that of the simulated samples
  private static final OptimizerConfig ADAM_W =
      new OptimizerConfig.AdamW(0.02, 0.9, 0.999, 1e-8, 0.01, new WeightDecayOn.Matrices(), 1);

  private final LlamaModel policy;
  private final Optimizer optimizer;
  private final GrpoTrainer trainer;
  private final SumParts parts;
  private final ReceivedSums received;
  private ShardedStep step;

  RealLearner(Engine engine, Scenario scenario) {
    LlamaConfig config =
        LlamaConfig.builder()
            .vocabSize(VOCABULARY)
            .hiddenSize(8)
            .intermediateSize(16)
            .numHiddenLayers(1)
            .numAttentionHeads(2)
            .maxPositionEmbeddings(16)
            .bosTokenId(OptionalInt.of(1))
            .eosTokenIds(Set.of(2))
            .padTokenId(OptionalInt.of(0))
            .build();
    policy = LlamaModel.random(config, engine, scenario.seed());
    optimizer = Optimizer.of(ADAM_W, policy.namedParameters());
    GrpoConfig grpo =
        GrpoConfig.from(
            ConfigFactory.parseMap(
                Map.of(
                    "num-generations",
                    scenario.numGenerations(),
                    "max-completion-length",
                    8,
                    "num-iterations",
                    scenario.numIterations(),
                    "gradient-shards",
                    scenario.gradientShards())));
    LearningRateSchedule schedule =
        new LearningRateSchedule(new ScheduleConfig.Constant(0), ADAM_W.learningRate(), 100);
    trainer = new GrpoTrainer(policy, null, grpo, optimizer, schedule);
    parts = new SumParts(trainer.layout(), trainer.layout().sizeBytes() / 4);
    received = new ReceivedSums(parts);
  }

  @Override
  public long weights() {
    return WeightChecksum.of(policy.namedParameters().values());
  }

  @Override
  public Payload state() {
    return StateBytes.copy(trainer);
  }

  @Override
  public void load(Payload state) {
    abandonStep();
    StateBytes.restore(state, TrainingState.view(0, 0, policy, optimizer), trainer);
  }

  private void abandonStep() {
    received.close();
    if (step != null) {
      step.close();
      step = null;
    }
  }

  @Override
  public void begin(List<ScoredGroup> batch) {
    abandonStep();
    step = trainer.begin(batch);
  }

  @Override
  public int numParts(ShardRange shards) {
    return parts.numParts(step.compute(shards));
  }

  @Override
  public Payload gradient(ShardRange shards, int part) {
    return parts.copy(step.compute(shards), part);
  }

  @Override
  public boolean provide(ShardGradient gradient) {
    if (!received.fits(gradient)) {
      return false;
    }
    received.add(gradient).ifPresent(step::provide);
    return true;
  }

  @Override
  public void update() {
    received.close();
    step.missing().forEach(step::compute);
    step.finishIteration();
  }

  @Override
  public void finish() {
    step.finish();
    step = null;
  }

  @Override
  public void close() {
    abandonStep();
    optimizer.close();
    policy.close();
  }
}
