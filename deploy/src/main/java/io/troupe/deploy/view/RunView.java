package io.troupe.deploy.view;

import io.troupe.actors.run.RunListener;
import java.nio.file.Path;

/**
 * Shows a run of any kind while it is in progress. Events arrive one at a time, but from several
 * threads. The caller must close the view when the run has ended.
 */
public interface RunView extends RunListener, AutoCloseable {
  /**
   * The run starts.
   *
   * @param directory of the run
   * @param title of the run in one line
   */
  void onStart(Path directory, String title);

  /** Shows a line that the user should read now, such as a warning. */
  void print(String line);

  /** Ends the view and leaves the cursor below it. Repeated calls have no effect. */
  default void end() {}

  /** Ends the view, if it has not ended. */
  @Override
  default void close() {
    end();
  }
}
