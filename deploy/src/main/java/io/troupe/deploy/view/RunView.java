package io.troupe.deploy.view;

import io.troupe.actors.run.RunListener;
import java.nio.file.Path;

/** Shows a run while it goes on. Whoever opens a view closes it, when the run has ended. */
public interface RunView extends RunListener, AutoCloseable {
  /**
   * The run is about to begin.
   *
   * @param folder where it is written
   * @param what one line that says what is trained on what
   */
  void onStart(Path folder, String what);

  /** Something that the user should read now, such as a warning. */
  void say(String line);

  /** Nothing more comes: leaves the terminal as text that follows expects it. */
  default void end() {}

  /** Ends, if that has not been said; closing twice is harmless. */
  @Override
  default void close() {
    end();
  }
}
