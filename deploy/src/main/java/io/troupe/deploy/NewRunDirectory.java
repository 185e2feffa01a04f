package io.troupe.deploy;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunDirectoryException;
import io.troupe.deploy.task.ArithmeticTask;
import io.troupe.nn.checkpoint.WriteFailure;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a run that has not started. Closing it before the start removes it, unless it
 * existed before, so that a failed start leaves nothing behind.
 */
final class NewRunDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NewRunDirectory.class);

  private final Path path;
  private final boolean existed;
  private RunDirectory directory;
  private boolean begun;

  private NewRunDirectory(Path path) {
    this.path = path;
    this.existed = Files.exists(path);
  }

  /**
   * The path of a run directory.
   *
   * @param outputDir value of --output-dir; null for a name with the time and the model
   * @param name name of the task or model
   */
  static Path path(Path outputDir, String name) {
    String time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now());
    Path path = outputDir != null ? outputDir : Path.of("runs", time + "-" + name);
    return path.toAbsolutePath().normalize();
  }

  /**
   * Creates the directory and its {@code config.conf}.
   *
   * @throws RunDirectoryException if it contains a run, is in use, or cannot be written
   */
  static NewRunDirectory create(Path path, String config) {
    NewRunDirectory created = new NewRunDirectory(path);
    try {
      created.directory = RunDirectory.create(path, config);
      return created;
    } catch (RunDirectoryException e) {
      created.close();
      throw e;
    }
  }

  /**
   * Writes the files of the built-in task.
   *
   * @throws RunDirectoryException if they cannot be written
   */
  void write(ArithmeticTask task) {
    try (Engine engine = Engine.of(CpuBackend.create(1))) {
      task.write(engine);
    } catch (IOException e) {
      throw new RunDirectoryException(
          "cannot write the run directory " + path + ": " + WriteFailure.reason(e), e);
    }
  }

  /** Starts the run. From now on the directory is kept. It is closed with this object. */
  RunDirectory begin() {
    begun = true;
    return directory;
  }

  @Override
  public void close() {
    if (directory != null) {
      directory.close();
    }
    if (!begun && !existed) {
      try {
        remove(path);
      } catch (IOException e) {
        LOG.warn("{} cannot be removed", path, e);
      }
    }
  }

  private static void remove(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path inner, IOException failure)
              throws IOException {
            Files.delete(inner);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
