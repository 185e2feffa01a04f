package io.troupe.training.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.equivariant.EGNN;
import io.troupe.nn.equivariant.EquivariantOptions;
import io.troupe.nn.equivariant.GNN;
import io.troupe.nn.equivariant.ParticleNetwork;
import io.troupe.nn.layers.Initializer;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.supervised.SupervisedTrainer;
import io.troupe.training.supervised.TaskEvaluation;
import io.troupe.training.supervised.TrainerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Particles that move along their velocities: networks learn it, and EGNN is equivariant. */
class ParticleTaskTest {
  private static final int SYSTEMS = 40;
  private static final int PARTICLES = 4;
  private static final double LEARNING_RATE = 5e-3;

  private static MiniBatch systems(long seed) {
    Philox draws = Philox.of(seed);
    int values = SYSTEMS * PARTICLES * 3;
    float[] positions = new float[values];
    float[] velocities = new float[values];
    float[] targets = new float[values];
    float[] charges = new float[SYSTEMS * PARTICLES];
    for (int i = 0; i < values; i++) {
      positions[i] = (float) (4 * draws.uniform(i) - 2);
      velocities[i] = (float) (2 * draws.uniform(i + (long) values) - 1);
      targets[i] = positions[i] + 0.7f * velocities[i];
      charges[i / 3] = i % 2 == 0 ? 1 : -1;
    }
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input", new ArrayData.Floats(positions, SYSTEMS, PARTICLES, 3));
    arrays.put("velocity", new ArrayData.Floats(velocities, SYSTEMS, PARTICLES, 3));
    arrays.put("charge", new ArrayData.Floats(charges, SYSTEMS, PARTICLES));
    arrays.put("target", new ArrayData.Floats(targets, SYSTEMS, PARTICLES, 3));
    return new MiniBatch(1, SYSTEMS, arrays);
  }

  private record Learned(Map<String, Double> before, Map<String, Double> after, float[] weights) {}

  private static Learned learn(Function<Initializer, ParticleNetwork> create, int threads) {
    try (Engine engine = Engine.of(CpuBackend.create(threads));
        Scope _ = engine.open("particles")) {
      ParticleTask task = new ParticleTask(create.apply(Initializer.of(DType.FLOAT32, 5)));
      TaskEvaluation evaluation = new TaskEvaluation(task, 2, engine);
      MiniBatch test = systems(2);
      Map<String, Double> before = evaluation.of(List.of(test).iterator()).means();
      OptimizerConfig adam =
          new OptimizerConfig.Adam(LEARNING_RATE, 0.9, 0.999, 1e-8, 0, new WeightDecayOn.All(), 0);
      LearningRateSchedule schedule =
          new LearningRateSchedule(new ScheduleConfig.Constant(0), LEARNING_RATE, 100);
      try (SupervisedTrainer trainer =
          new SupervisedTrainer(task, new TrainerConfig(3, adam, schedule, 0), engine)) {
        for (int step = 0; step < 100; step++) {
          trainer.step(systems(10 + step % 5));
        }
      }
      Map<String, Double> after = evaluation.of(List.of(test).iterator()).means();
      float[] weights = task.module().namedParameters().get("gcl_0.node_mlp.0.weight").toFloats();
      return new Learned(before, after, weights);
    }
  }

  private static ParticleNetwork egnn(Initializer initializer) {
    EquivariantOptions options = EquivariantOptions.defaults().withVelocity(true);
    return new EGNN(1, 2, 16, 1, 3, options, initializer);
  }

  @Test
  void egnnLearnsAndItsPredictionsRotateWithTheInput() {
    Learned learned = learn(ParticleTaskTest::egnn, 2);
    assertThat(learned.after().get("eval_loss"))
        .isLessThan(0.1 * learned.before().get("eval_loss"));
    assertThat(learned.before().get("eval_equivariance_error")).isLessThan(1e-5);
    assertThat(learned.after().get("eval_equivariance_error")).isLessThan(1e-5);
    assertThat(learn(ParticleTaskTest::egnn, 1).weights()).isEqualTo(learned.weights());
  }

  @Test
  void plainNetworkLearnsAndIsNotEquivariant() {
    Learned learned = learn(initializer -> new GNN(16, 3, initializer), 1);
    assertThat(learned.after().get("eval_loss"))
        .isLessThan(0.5 * learned.before().get("eval_loss"));
    assertThat(learned.after().get("eval_equivariance_error")).isGreaterThan(1e-3);
  }
}
