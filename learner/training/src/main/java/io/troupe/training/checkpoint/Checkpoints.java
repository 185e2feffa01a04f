package io.troupe.training.checkpoint;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.StepFolder;
import io.troupe.nn.checkpoint.WriteFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The checkpoints of a run: directories {@code checkpoint-N}, where N is the number of the step
 * after which each was written.
 *
 * <p>A checkpoint is written under a hidden name, forced to the disk and renamed, so a directory
 * with its final name is complete even if the process dies at any moment. The algorithm that is
 * trained writes the files; {@code manifest.json} lists them with length and checksum, and {@link
 * #latest} verifies them before anything is loaded.
 *
 * <p>Used by one process and thread at a time: the run directory is locked by its owner.
 *
 * @param directory of all checkpoints; created with the first one
 * @param keep number of checkpoints that are kept, at least 1; older ones are deleted when a new
 *     one is complete
 * @param required names of files that every checkpoint must contain
 */
public record Checkpoints(Path directory, int keep, List<String> required) {
  private static final String HIDDEN = ".checkpoint-";

  /** Checks the count and copies the list. */
  public Checkpoints {
    required = List.copyOf(required);
    if (keep < 1) {
      throw new IllegalArgumentException("keep must be >= 1, got " + keep);
    }
  }

  /** Keeps two checkpoints, so that a damaged one costs only the steps since the one before. */
  public Checkpoints(Path directory, List<String> required) {
    this(directory, 2, required);
  }

  /** Writes the files of a checkpoint. */
  @FunctionalInterface
  public interface Content {
    /** Writes all files into an empty directory. */
    void writeTo(Path checkpoint) throws IOException;
  }

  /** Reads a checkpoint whose files have been verified. */
  @FunctionalInterface
  public interface Opening<T> {
    /**
     * Reads the checkpoint.
     *
     * @param step that the directory is named after
     */
    T open(Path checkpoint, long step) throws IOException;
  }

  /**
   * Writes a checkpoint and deletes older ones. A checkpoint of the same or a later step, left by
   * an attempt that is being repeated, is replaced.
   *
   * @return the directory of the checkpoint
   * @throws IOException with a one-line message, if the disk is full or cannot be written; earlier
   *     checkpoints are kept, and nothing remains of the new one
   */
  public Path save(long step, Content content) throws IOException {
    Path target = StepFolder.of(directory, step).path();
    Path beside = directory.resolve("." + target.getFileName() + ".writing");
    try {
      try {
        Files.createDirectories(directory);
        deleteHidden();
        Files.createDirectory(beside);
        content.writeTo(beside);
        CheckpointManifest.write(beside);
        DurableFiles.forceNames(beside);
        remove(target);
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.forceNames(directory);
      } finally {
        DurableFiles.deleteDirectory(beside);
      }
      removeAllBut(step);
    } catch (IOException e) {
      throw new IOException(
          "cannot write "
              + target
              + ": "
              + WriteFailure.reason(e)
              + "; make room and resume from the checkpoint before it",
          e);
    }
    return target;
  }

  /** Deletes unfinished checkpoints of a process that died. */
  private void deleteHidden() throws IOException {
    for (Path entry : entries()) {
      if (entry.getFileName().toString().startsWith(HIDDEN)) {
        DurableFiles.deleteDirectory(entry);
      }
    }
  }

  /** Keeps the checkpoint of this step and the ones directly before it. */
  private void removeAllBut(long step) throws IOException {
    int kept = 0;
    for (StepFolder other : folders()) {
      if (other.step() > step || kept == keep) {
        remove(other.path());
      } else {
        kept++;
      }
    }
  }

  /** Renames before deleting, so that a half-deleted directory never has a valid name. */
  private void remove(Path checkpoint) throws IOException {
    if (Files.exists(checkpoint)) {
      Path hidden = checkpoint.resolveSibling("." + checkpoint.getFileName() + ".removing");
      Files.move(checkpoint, hidden, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.deleteDirectory(hidden);
    }
  }

  /**
   * Opens the newest undamaged checkpoint.
   *
   * @param warning receives a line for each newer checkpoint that is damaged and skipped
   * @return empty if there are no checkpoints
   * @throws CheckpointFormatException with a one-line message, if all checkpoints are damaged
   */
  public <T> Optional<T> latest(Opening<T> opening, Consumer<String> warning) {
    List<CheckpointFormatException> problems = new ArrayList<>();
    try {
      for (StepFolder folder : folders()) {
        Path checkpoint = folder.path();
        try {
          CheckpointManifest.verify(checkpoint, required);
          T found = opening.open(checkpoint, folder.step());
          problems.forEach(
              problem ->
                  warning.accept(
                      problem.getMessage() + "; continuing from " + checkpoint.getFileName()));
          return Optional.of(found);
        } catch (CheckpointFormatException e) {
          problems.add(e);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the checkpoints in " + directory + ": " + WriteFailure.reason(e), e);
    }
    if (!problems.isEmpty()) {
      throw new CheckpointFormatException(
          "no checkpoint in " + directory + " is complete: " + problems.getFirst().getMessage(),
          problems.getFirst());
    }
    return Optional.empty();
  }

  /** All checkpoints, newest first; none before the first one is saved. */
  private List<StepFolder> folders() throws IOException {
    return Files.isDirectory(directory) ? StepFolder.in(directory) : List.of();
  }

  private List<Path> entries() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
