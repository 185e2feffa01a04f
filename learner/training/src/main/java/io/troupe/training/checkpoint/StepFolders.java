package io.troupe.training.checkpoint;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.WriteFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Folders {@code checkpoint-N}, N the step after which each was written.
 *
 * <p>One is written under a hidden name, forced to the disk and renamed, so that a folder with its
 * proper name is whole, whenever the process dies. Beside its files each holds {@code
 * manifest.json}, the list that {@link #latest} checks them against.
 *
 * <p>Used by one process and thread at a time: the run's folder is locked by whoever opened it.
 *
 * @param folder holds them; made when the first one is written
 * @param keep how many are kept, at least 1: older ones go when a new one is there
 * @param required names of files without which a checkpoint is not whole
 */
record StepFolders(Path folder, int keep, List<String> required) {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,18})");
  private static final String HIDDEN = ".checkpoint-";

  /** Checks the count and copies the list. */
  StepFolders {
    required = List.copyOf(required);
    if (keep < 1) {
      throw new IllegalArgumentException("keep=" + keep + " checkpoints: expected 1 or more");
    }
  }

  /** Fills the folder of a checkpoint. */
  @FunctionalInterface
  interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /** Reads a checkpoint whose files are as they were written. */
  @FunctionalInterface
  interface Opening<T> {
    T open(Path checkpoint, long step) throws IOException;
  }

  /**
   * Writes a checkpoint and removes older ones. One of the same or a later step, left by a part of
   * the run that is being done again, is replaced.
   *
   * @return where it is
   * @throws IOException in one line, if the disk is full or cannot be written; what was there
   *     before is still there, and no part of the new one
   */
  Path save(long step, Content content) throws IOException {
    String name = "checkpoint-" + step;
    Path target = folder.resolve(name);
    Path beside = folder.resolve("." + name + ".writing");
    try {
      try {
        Files.createDirectories(folder);
        deleteHidden();
        Files.createDirectory(beside);
        content.writeTo(beside);
        CheckpointManifest.write(beside);
        DurableFiles.forceNames(beside);
        remove(target);
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.forceNames(folder);
      } finally {
        DurableFiles.deleteFolder(beside);
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

  /** What a process that died left behind. */
  private void deleteHidden() throws IOException {
    for (Path entry : entries()) {
      if (entry.getFileName().toString().startsWith(HIDDEN)) {
        DurableFiles.deleteFolder(entry);
      }
    }
  }

  /** Keeps the one of this step and those right before it. */
  private void removeAllBut(long step) throws IOException {
    int kept = 0;
    for (long other : steps()) {
      if (other > step || kept == keep) {
        remove(folder.resolve("checkpoint-" + other));
      } else {
        kept++;
      }
    }
  }

  /** Takes the name away first, so that no half-deleted folder has it. */
  private void remove(Path checkpoint) throws IOException {
    if (Files.exists(checkpoint)) {
      Path hidden = checkpoint.resolveSibling("." + checkpoint.getFileName() + ".removing");
      Files.move(checkpoint, hidden, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.deleteFolder(hidden);
    }
  }

  /**
   * The newest checkpoint whose files are as they were written.
   *
   * @param warning takes a line for each newer one that is damaged and passed over
   * @return empty when there are none at all
   * @throws CheckpointFormatException in one line, if there are some but each is damaged
   */
  <T> Optional<T> latest(Opening<T> opening, Consumer<String> warning) {
    List<String> problems = new ArrayList<>();
    try {
      for (long step : steps()) {
        try {
          Path checkpoint = folder.resolve("checkpoint-" + step);
          CheckpointManifest.verify(checkpoint, required);
          T found = opening.open(checkpoint, step);
          problems.forEach(
              problem -> warning.accept(problem + ": going on from " + checkpoint.getFileName()));
          return Optional.of(found);
        } catch (CheckpointFormatException e) {
          problems.add(e.getMessage());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the checkpoints in " + folder + ": " + WriteFailure.reason(e), e);
    }
    if (!problems.isEmpty()) {
      throw new CheckpointFormatException(
          "no checkpoint in " + folder + " is whole: " + problems.getFirst());
    }
    return Optional.empty();
  }

  /** The steps there are checkpoints of, newest first. */
  private List<Long> steps() throws IOException {
    return entries().stream()
        .map(entry -> NAME.matcher(entry.getFileName().toString()))
        .filter(Matcher::matches)
        .map(name -> Long.valueOf(name.group(1)))
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  private List<Path> entries() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
