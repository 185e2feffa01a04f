package io.troupe.training.grpo;

import com.typesafe.config.ConfigFactory;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.Fixtures;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.state.StateSegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A learner with a tiny policy, an engine of its own and a constant learning rate. */
record TestLearner(
    Engine engine, CausalLM policy, CausalLM reference, Optimizer optimizer, GrpoTrainer trainer)
    implements AutoCloseable {
  static final OptimizerConfig ADAM_W =
      new OptimizerConfig.AdamW(0.02, 0.9, 0.999, 1e-8, 0.01, new WeightDecayOn.Matrices(), 1);

  /** Settings with some defaults replaced. */
  static GrpoConfig config(Map<String, Object> settings, int gradientShards) {
    Map<String, Object> all = new HashMap<>(settings);
    all.putIfAbsent("num-generations", 6);
    all.putIfAbsent("max-completion-length", 6);
    all.put("gradient-shards", gradientShards);
    return GrpoConfig.from(ConfigFactory.parseMap(all));
  }

  static TestLearner of(int threads, GrpoConfig config) {
    return of(threads, config, ADAM_W);
  }

  static TestLearner of(int threads, GrpoConfig config, OptimizerConfig optimizerConfig) {
    Engine engine = Engine.of(CpuBackend.create(threads));
    CausalLM policy = PretrainedModel.load(Fixtures.path("torch/llama"), engine);
    policy.gradientCheckpointing(config.gradientCheckpointing());
    CausalLM reference = config.beta() > 0 ? PretrainedModel.copy(policy, engine) : null;
    Optimizer optimizer = Optimizer.of(optimizerConfig, policy.namedParameters());
    LearningRateSchedule schedule =
        new LearningRateSchedule(
            new ScheduleConfig.Constant(0), optimizerConfig.learningRate(), 100);
    return new TestLearner(
        engine,
        policy,
        reference,
        optimizer,
        new GrpoTrainer(policy, reference, config, optimizer, schedule));
  }

  /** The bytes of weights and optimizer state, by name. */
  Map<String, List<Byte>> state() {
    Map<String, List<Byte>> state = new HashMap<>();
    Stream.concat(trainer.state().weights().stream(), trainer.state().optimizer().stream())
        .forEach(segment -> state.put(segment.name(), bytes(segment)));
    return state;
  }

  private static List<Byte> bytes(StateSegment segment) {
    byte[] bytes = segment.content().toArray(ValueLayout.JAVA_BYTE);
    Byte[] boxed = new Byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      boxed[i] = bytes[i];
    }
    return List.of(boxed);
  }

  @Override
  public void close() {
    optimizer.close();
    policy.close();
    if (reference != null) {
      reference.close();
    }
    engine.close();
  }
}
