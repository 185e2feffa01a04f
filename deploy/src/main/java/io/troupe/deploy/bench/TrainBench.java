package io.troupe.deploy.bench;

import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.deploy.bench.result.MachineLimits;
import io.troupe.deploy.bench.result.Timings;
import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.random.Philox;
import io.troupe.training.sft.Demonstration;
import io.troupe.training.sft.SftConfig;
import io.troupe.training.sft.SftTrainer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A plain training step: forward, cross-entropy over all tokens but the first, backward, AdamW.
 *
 * @param batch sequences per step
 * @param length tokens per sequence
 */
record TrainBench(int batch, int length) {

  BenchResult run(BenchShape shape, CausalLM model, MachineLimits limits, Timings.Plan plan)
      throws Exception {
    SftConfig config =
        new SftConfig(
            1, // the learning rate does not depend on it
            batch,
            new OptimizerConfig.AdamW(
                1e-3, 0.9, 0.999, 1e-8, 0.01, new WeightDecayOn.Matrices(), 1),
            new ScheduleConfig.Constant(0),
            batch * length,
            256L << 20);
    Timings timings;
    try (SftTrainer trainer = new SftTrainer(model, config, sequences(shape), 1)) {
      timings = plan.measure(trainer::step);
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("shape", shape.toString());
    settings.put("batch", batch);
    settings.put("length", length);
    return new BenchResult(
        "train",
        "train %s %dx%d".formatted(shape, batch, length),
        settings,
        "tok",
        (double) batch * length,
        timings,
        OptionalDouble.of(floor(shape, limits)),
        Map.of());
  }

  private List<Demonstration> sequences(BenchShape shape) {
    List<Demonstration> sequences = new ArrayList<>();
    Philox random = Philox.of(2);
    for (int i = 0; i < batch; i++) {
      int[] ids = new int[length - 1];
      for (int t = 0; t < ids.length; t++) {
        ids[t] = (int) (shape.config().lm().vocabSize() * random.derive(i).uniform(t));
      }
      sequences.add(new Demonstration(new int[] {1}, ids));
    }
    return sequences;
  }

  /** Three products per matrix; weights, gradients and two moments are read and written. */
  private double floor(BenchShape shape, MachineLimits limits) {
    double adds =
        (double) batch
            * length
            * (shape.multiplyAddsPerToken() + shape.attentionMultiplyAdds(length / 2.0));
    return limits.floorSeconds(3 * adds, 10.0 * shape.weightBytes());
  }
}
