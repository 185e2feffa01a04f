package io.troupe.deploy;

import io.troupe.nn.checkpoint.WriteFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plots of a run. A plot that cannot be drawn, for example without fonts, does not fail the run.
 */
final class Plots {
  private static final Logger LOG = LoggerFactory.getLogger(Plots.class);

  private Plots() {}

  /** Draws a plot and writes it to a file. */
  interface Drawing {
    Path draw() throws IOException;
  }

  /** Draws a plot. Returns its file, or logs a warning and returns empty if it cannot be drawn. */
  static Optional<Path> attempt(String what, Drawing drawing) {
    try {
      return Optional.of(drawing.draw());
    } catch (FileSystemException e) {
      LOG.warn("{} could not be written: {}", what, WriteFailure.reason(e));
      LOG.info("{} could not be written", what, e);
      return Optional.empty();
    } catch (IOException | RuntimeException | LinkageError | InternalError e) {
      LOG.warn("{} could not be drawn ({}): is fontconfig installed?", what, e.toString());
      LOG.info("{} could not be drawn", what, e);
      return Optional.empty();
    }
  }
}
