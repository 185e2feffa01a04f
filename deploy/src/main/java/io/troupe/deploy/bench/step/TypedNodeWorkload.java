package io.troupe.deploy.bench.step;

import io.troupe.nn.registry.BuiltModel;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.training.graph.GraphTensors;
import io.troupe.training.graph.HeteroNodeTask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A step of a classifier of nodes on a whole graph with several types of nodes.
 *
 * @param name of the model
 * @param given settings of the model that are not its defaults
 * @param optimizer how it learns
 */
record TypedNodeWorkload(String name, Map<String, String> given, OptimizerText optimizer)
    implements Workload {
  @Override
  public StepBench prepare(GraphSources graphs, Engine engine, Scope weights) {
    HeteroDataset data = graphs.typedGraph();
    Map<String, String> settings = new LinkedHashMap<>(given);
    settings.putAll(GraphTensors.types(data));
    try (Scope.Entered _ = weights.enter()) {
      BuiltModel<?> model = StepBench.model(name, settings);
      HeteroNodeTask task =
          HeteroNodeTask.of(model.typedNodeClassifier().orElseThrow(), data, List.of(), 0);
      return StepBench.of(
          task, optimizer.config(), StepBench.nodes(data.train(), data.labels()), engine);
    }
  }
}
