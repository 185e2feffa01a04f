package io.troupe.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private static final StateFile JSON = new StateFile(Map.of());

  @TempDir Path run;
  private Path folder;
  private Checkpoints checkpoints;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void createFolderPath() {
    folder = run.resolve("checkpoints");
    checkpoints =
        new Checkpoints(folder, List.of("config.json", "optimizer.safetensors", "state.json"));
  }

  private Path save(long step) throws IOException {
    return save(step, CheckpointsTest::writeModel);
  }

  private Path save(long step, Checkpoints.Content model) throws IOException {
    return checkpoints.save(
        step,
        directory -> {
          model.writeTo(directory);
          JSON.write(directory.resolve("state.json"), new State(step));
        });
  }

  private record State(long step) {}

  private record LoadedCheckpoint(Path folder, State state) {}

  private Optional<LoadedCheckpoint> latest() {
    return checkpoints.latest(
        (checkpoint, step) -> {
          State state = JSON.read(checkpoint.resolve("state.json"), State.class);
          if (state.step() != step) {
            throw new CheckpointFormatException(
                checkpoint
                    + " must contain the state of step "
                    + step
                    + ", got step "
                    + state.step());
          }
          return new LoadedCheckpoint(checkpoint, state);
        },
        warnings::add);
  }

  private static void writeModel(Path directory) throws IOException {
    Files.writeString(directory.resolve("config.json"), "{}");
    Files.writeString(directory.resolve("model.safetensors"), "weights");
    Files.writeString(directory.resolve("optimizer.safetensors"), "moments");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void latestIsEmptyBeforeTheFirstSave() {
    assertThat(latest()).isEmpty();
  }

  @Test
  void findsTheLatestAndKeepsTwo() throws IOException {
    Files.createDirectories(folder.resolve("start"));
    for (long step : new long[] {5, 10, 100}) {
      save(step);
    }

    LoadedCheckpoint latest = latest().orElseThrow();
    assertThat(latest.state()).isEqualTo(new State(100));
    assertThat(latest.folder()).isEqualTo(folder.resolve("checkpoint-100"));
    assertThat(names()).containsExactly("checkpoint-10", "checkpoint-100", "start");
    assertThat(warnings).isEmpty();
  }

  @Test
  void unfinishedCheckpointIsIgnoredAndDeleted() throws IOException {
    save(5);
    Path torn = folder.resolve(".checkpoint-10.writing");
    Files.createDirectories(torn);
    writeModel(torn);

    assertThat(latest().orElseThrow().state().step()).isEqualTo(5);
    save(15);
    assertThat(names()).containsExactly("checkpoint-15", "checkpoint-5");
  }

  @Test
  void partlyRemovedCheckpointIsDeleted() throws IOException {
    save(5);
    Files.createDirectories(folder.resolve(".checkpoint-1.removing"));

    save(10);
    assertThat(names()).containsExactly("checkpoint-10", "checkpoint-5");
  }

  @Test
  void damagedCheckpointIsSkippedWithAWarning() throws IOException {
    save(5);
    Path weights = save(10).resolve("model.safetensors");
    Files.writeString(weights, "weigh");

    assertThat(latest().orElseThrow().state().step()).isEqualTo(5);
    assertThat(warnings)
        .containsExactly(weights + " must have 7 bytes, got 5; continuing from checkpoint-5");
  }

  @Test
  void detectsAChangedByte() throws IOException {
    save(5);
    Path weights = save(10).resolve("model.safetensors");
    Files.writeString(weights, "weightz");

    assertThat(latest().orElseThrow().state().step()).isEqualTo(5);
    assertThat(warnings).singleElement().asString().contains("has changed since it was written");
  }

  @Test
  void detectsAMissingFile() throws IOException {
    save(5);
    Path damaged = save(10);
    Files.delete(damaged.resolve("state.json"));
    Files.delete(save(15).resolve("manifest.json"));

    assertThatThrownBy(() -> latest())
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(
            "no checkpoint in "
                + folder
                + " is complete: file "
                + folder.resolve("checkpoint-15").resolve("manifest.json")
                + " must exist");
    assertThat(warnings).isEmpty();
  }

  @Test
  void failedWriteLeavesNoFilesAndReportsTheCauseInOneLine() throws IOException {
    save(5);

    assertThatThrownBy(
            () ->
                save(
                    10,
                    directory -> {
                      writeModel(directory);
                      throw new FileSystemException(
                          directory + "/optimizer.safetensors", null, "No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot write " + folder.resolve("checkpoint-10"))
        .hasMessageContaining("No space left on device")
        .hasMessageNotContaining("\n");
    assertThat(names()).containsExactly("checkpoint-5");
  }

  @Test
  void failedRewriteKeepsThePreviousCheckpoint() throws IOException {
    save(5);

    assertThatThrownBy(
            () ->
                save(
                    5,
                    directory -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(latest()).isPresent();
  }

  @Test
  void repeatedStepsReplaceTheirCheckpoints() throws IOException {
    for (long step : new long[] {5, 10, 15}) {
      save(step);
    }
    Files.writeString(folder.resolve("checkpoint-15").resolve("config.json"), "damaged");

    save(12);
    assertThat(names()).containsExactly("checkpoint-10", "checkpoint-12");
    save(12);
    assertThat(names()).containsExactly("checkpoint-10", "checkpoint-12");
  }

  @Test
  void rejectsTheStateOfAnotherStep() throws IOException {
    save(5);
    Files.move(folder.resolve("checkpoint-5"), folder.resolve("checkpoint-6"));

    assertThatThrownBy(() -> latest())
        .hasMessageContaining("checkpoint-6 must contain the state of step 6, got step 5");
  }
}
