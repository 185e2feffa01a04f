package io.troupe.training.checkpoint;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.PretrainedModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.training.optim.Optimizer;
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
 * The checkpoints of a run: folders {@code checkpoint-N}, N the step after which each was written.
 *
 * <p>One is written under a hidden name, forced to the disk and renamed, so that a folder with its
 * proper name is whole, whenever the process dies. Each holds {@code config.json}, {@code
 * model.safetensors}, {@code optimizer.safetensors}, {@code run_state.json} and {@code
 * manifest.json}, the list that {@link #latest} checks the others against.
 *
 * <p>Used by one process and thread at a time: the run's folder is locked by whoever opened it.
 *
 * @param folder holds them; made when the first one is written
 * @param keep how many are kept, at least 1: older ones go when a new one is there
 */
public record RunCheckpoints(Path folder, int keep) {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,18})");
  private static final String HIDDEN = ".checkpoint-";
  private static final List<String> REQUIRED =
      List.of("config.json", RunCheckpoint.OPTIMIZER, RunCheckpoint.STATE);

  /** Checks the count. */
  public RunCheckpoints {
    if (keep < 1) {
      throw new IllegalArgumentException("keep=" + keep + " checkpoints: expected 1 or more");
    }
  }

  /** Keeps two, so that one that is lost costs no more than the steps since the one before. */
  public RunCheckpoints(Path folder) {
    this(folder, 2);
  }

  /** Fills the folder of a checkpoint. */
  @FunctionalInterface
  interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Writes a checkpoint of the step that {@code state} names and removes older ones. One of the
   * same or a later step, left by a part of the run that is being done again, is replaced.
   *
   * @throws IOException in one line, if the disk is full or cannot be written; what was there
   *     before is still there, and no part of the new one
   */
  public RunCheckpoint save(CausalLM policy, Optimizer optimizer, RunState state)
      throws IOException {
    return save(
        state,
        beside -> {
          PretrainedModel.save(policy, beside);
          optimizer.save(beside.resolve(RunCheckpoint.OPTIMIZER));
        });
  }

  RunCheckpoint save(RunState state, Content model) throws IOException {
    String name = "checkpoint-" + state.progress().step();
    Path target = folder.resolve(name);
    Path beside = folder.resolve("." + name + ".writing");
    try {
      try {
        Files.createDirectories(folder);
        deleteHidden();
        Files.createDirectory(beside);
        model.writeTo(beside);
        RunStateJson.write(beside.resolve(RunCheckpoint.STATE), state);
        CheckpointManifest.write(beside);
        DurableFiles.forceNames(beside);
        remove(target);
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.forceNames(folder);
      } finally {
        DurableFiles.deleteFolder(beside);
      }
      removeAllBut(state.progress().step());
    } catch (IOException e) {
      throw new IOException(
          "cannot write "
              + target
              + ": "
              + DurableFiles.reason(e)
              + "; make room and resume from the checkpoint before it",
          e);
    }
    return new RunCheckpoint(target, state);
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
  public Optional<RunCheckpoint> latest(Consumer<String> warning) {
    List<String> problems = new ArrayList<>();
    try {
      for (long step : steps()) {
        try {
          RunCheckpoint found = open(step);
          problems.forEach(
              problem ->
                  warning.accept(problem + ": going on from " + found.folder().getFileName()));
          return Optional.of(found);
        } catch (CheckpointFormatException e) {
          problems.add(e.getMessage());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the checkpoints in " + folder + ": " + DurableFiles.reason(e), e);
    }
    if (!problems.isEmpty()) {
      throw new CheckpointFormatException(
          "no checkpoint in " + folder + " is whole: " + problems.getFirst());
    }
    return Optional.empty();
  }

  private RunCheckpoint open(long step) throws IOException {
    Path checkpoint = folder.resolve("checkpoint-" + step);
    CheckpointManifest.verify(checkpoint, REQUIRED);
    RunState state = RunStateJson.read(checkpoint.resolve(RunCheckpoint.STATE));
    if (state.progress().step() != step) {
      throw new CheckpointFormatException(
          checkpoint + " holds the state of step " + state.progress().step());
    }
    return new RunCheckpoint(checkpoint, state);
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
