package io.troupe.deploy;

import io.troupe.nn.checkpoint.WriteFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pictures of a run. One that cannot be drawn, as without fonts, is no reason to fail the run. */
final class Pictures {
  private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);

  private Pictures() {}

  /** Draws a picture and writes it to a file. */
  interface Drawing {
    Path draw() throws IOException;
  }

  /** The picture's file; empty, and a warning, if it could not be drawn. */
  static Optional<Path> attempt(String what, Drawing drawing) {
    try {
      return Optional.of(drawing.draw());
    } catch (FileSystemException e) {
      LOG.warn("{} could not be written: {}", what, WriteFailure.reason(e));
      LOG.info("why {} could not be written", what, e);
      return Optional.empty();
    } catch (IOException | RuntimeException | LinkageError | InternalError e) {
      LOG.warn("{} could not be drawn ({}): is fontconfig installed?", what, e.toString());
      LOG.info("why {} could not be drawn", what, e);
      return Optional.empty();
    }
  }
}
