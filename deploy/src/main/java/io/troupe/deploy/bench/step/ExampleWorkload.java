package io.troupe.deploy.bench.step;

import io.troupe.nn.registry.BuiltModel;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import java.util.Map;

/**
 * A step on a batch of independent examples.
 *
 * @param name on the command line
 * @param model in the registry
 * @param settings of the model that are not its defaults
 * @param batch number of examples
 * @param examples makes them
 * @param objective what is learned
 * @param optimizer how
 */
record ExampleWorkload(
    String name,
    String model,
    Map<String, String> settings,
    int batch,
    Examples examples,
    Objective objective,
    OptimizerText optimizer)
    implements Workload {
  @Override
  public StepBench prepare(GraphSources graphs, Engine engine, Scope weights) {
    try (Scope.Entered _ = weights.enter()) {
      BuiltModel<?> built = StepBench.model(model, settings);
      return StepBench.of(
          objective.of(built), optimizer.config(), examples.batch(built, batch), engine);
    }
  }
}
