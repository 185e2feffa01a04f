package io.troupe.deploy.bench.step;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;

/** A training step that can be measured. */
public interface Workload {
  /** The name on the command line. */
  String name();

  /**
   * Builds the model and its batch.
   *
   * @param graphs the data of graph networks
   * @param weights scope of the model's parameters
   */
  StepBench prepare(GraphSources graphs, Engine engine, Scope weights);
}
