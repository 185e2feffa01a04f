package io.troupe.actors.supervised;

import io.troupe.training.supervised.Tally;

/** Receives the trained model of a run, for example to draw its predictions. */
@FunctionalInterface
public interface ResultObserver {
  /** Ignores the model. */
  ResultObserver NONE = (_, _) -> {};

  /**
   * The run is finished and its model has the resulting weights. Called on the learner's thread,
   * before the summary is written.
   *
   * @param inputs with the model
   * @param test the figures on the test part
   */
  void onResult(SupervisedInputs inputs, Tally test);
}
