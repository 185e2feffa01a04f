package io.troupe.actors.run;

/**
 * Receives the events of a run, one at a time, from several threads. It should return quickly,
 * because the run waits for it.
 */
@FunctionalInterface
public interface RunListener {
  /** Ignores all events. */
  RunListener NONE = _ -> {};

  /** Handles an event. */
  void onEvent(RunEvent event);
}
