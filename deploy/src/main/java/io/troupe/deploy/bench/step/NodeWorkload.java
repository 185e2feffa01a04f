package io.troupe.deploy.bench.step;

import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.protocols.graph.NodeDataset;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.training.graph.GraphTensors;
import io.troupe.training.graph.NodeTask;
import java.util.Map;

/**
 * A step of a classifier of nodes on a whole graph.
 *
 * @param name of the model
 * @param optimizer how it learns
 */
record NodeWorkload(String name, OptimizerText optimizer) implements Workload {
  @Override
  public StepBench prepare(GraphSources graphs, Engine engine, Scope weights) {
    NodeDataset data = graphs.graph();
    Map<String, String> settings =
        Map.of(
            "in_channels",
            Integer.toString(data.features().numColumns()),
            "out_channels",
            Integer.toString(data.numClasses()));
    try (Scope.Entered _ = weights.enter()) {
      BuiltModel<?> model = StepBench.model(name, settings);
      NodeFeatures features = GraphTensors.features(data.features());
      NodeTask task =
          new NodeTask(
              model.nodeClassifier().orElseThrow(),
              GraphTensors.graph(data.edges()),
              graphs.isDense() ? new NodeFeatures.Dense(features.dense()) : features);
      return StepBench.of(
          task, optimizer.config(), StepBench.nodes(data.train(), data.labels()), engine);
    }
  }
}
