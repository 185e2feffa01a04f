package io.troupe.actors.replay;

/** Receives the progress of a replay. */
@FunctionalInterface
public interface ReplayProgress {

  /**
   * A step has been repeated and agrees.
   *
   * @param total everything up to this step
   */
  void onStep(ReplayTotal total);
}
