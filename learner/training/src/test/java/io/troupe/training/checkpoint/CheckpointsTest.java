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
  void nameFolder() {
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
        beside -> {
          model.writeTo(beside);
          JSON.write(beside.resolve("state.json"), new State(step));
        });
  }

  private record State(long step) {}

  private record Found(Path folder, State state) {}

  private Optional<Found> latest() {
    return checkpoints.latest(
        (checkpoint, step) -> {
          State state = JSON.read(checkpoint.resolve("state.json"), State.class);
          if (state.step() != step) {
            throw new CheckpointFormatException(
                checkpoint + " holds the state of step " + state.step());
          }
          return new Found(checkpoint, state);
        },
        warnings::add);
  }

  private static void writeModel(Path beside) throws IOException {
    Files.writeString(beside.resolve("config.json"), "{}");
    Files.writeString(beside.resolve("model.safetensors"), "weights");
    Files.writeString(beside.resolve("optimizer.safetensors"), "moments");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void thereIsNoneBeforeTheFirst() {
    assertThat(latest()).isEmpty();
  }

  @Test
  void findsTheNewestAndKeepsTwo() throws IOException {
    Files.createDirectories(folder.resolve("start"));
    for (long step : new long[] {5, 10, 100}) {
      save(step);
    }

    Found latest = latest().orElseThrow();
    assertThat(latest.state()).isEqualTo(new State(100));
    assertThat(latest.folder()).isEqualTo(folder.resolve("checkpoint-100"));
    assertThat(names()).containsExactly("checkpoint-10", "checkpoint-100", "start");
    assertThat(warnings).isEmpty();
  }

  @Test
  void oneThatWasNotRenamedIsNotSeenAndIsTidiedAway() throws IOException {
    save(5);
    Path torn = folder.resolve(".checkpoint-10.writing");
    Files.createDirectories(torn);
    writeModel(torn);

    assertThat(latest().orElseThrow().state().step()).isEqualTo(5);
    save(15);
    assertThat(names()).containsExactly("checkpoint-15", "checkpoint-5");
  }

  @Test
  void oneThatWasBeingRemovedIsTidiedAway() throws IOException {
    save(5);
    Files.createDirectories(folder.resolve(".checkpoint-1.removing"));

    save(10);
    assertThat(names()).containsExactly("checkpoint-10", "checkpoint-5");
  }

  @Test
  void damagedOneIsPassedOverWithAWarning() throws IOException {
    save(5);
    Path weights = save(10).resolve("model.safetensors");
    Files.writeString(weights, "weigh");

    assertThat(latest().orElseThrow().state().step()).isEqualTo(5);
    assertThat(warnings)
        .containsExactly(
            weights + " has 5 bytes, but was written with 7; continuing from checkpoint-5");
  }

  @Test
  void changedByteIsNoticed() throws IOException {
    save(5);
    Path weights = save(10).resolve("model.safetensors");
    Files.writeString(weights, "weightz");

    assertThat(latest().orElseThrow().state().step()).isEqualTo(5);
    assertThat(warnings).singleElement().asString().contains("has changed since it was written");
  }

  @Test
  void missingFileIsNoticed() throws IOException {
    save(5);
    Path damaged = save(10);
    Files.delete(damaged.resolve("state.json"));
    Files.delete(save(15).resolve("manifest.json"));

    assertThatThrownBy(() -> latest())
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(
            "no checkpoint in "
                + folder
                + " is complete: there is no file "
                + folder.resolve("checkpoint-15").resolve("manifest.json"));
    assertThat(warnings).isEmpty();
  }

  @Test
  void failedWriteLeavesNothingBehindAndSaysWhyInOneLine() throws IOException {
    save(5);

    assertThatThrownBy(
            () ->
                save(
                    10,
                    beside -> {
                      writeModel(beside);
                      throw new FileSystemException(
                          beside + "/optimizer.safetensors", null, "No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot write " + folder.resolve("checkpoint-10"))
        .hasMessageContaining("No space left on device")
        .hasMessageNotContaining("\n");
    assertThat(names()).containsExactly("checkpoint-5");
  }

  @Test
  void failedRewriteLeavesTheOneBefore() throws IOException {
    save(5);

    assertThatThrownBy(
            () ->
                save(
                    5,
                    beside -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(latest()).isPresent();
  }

  @Test
  void stepsThatAreDoneAgainReplaceWhatTheyLeft() throws IOException {
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
  void stateOfAnotherStepIsRefused() throws IOException {
    save(5);
    Files.move(folder.resolve("checkpoint-5"), folder.resolve("checkpoint-6"));

    assertThatThrownBy(() -> latest())
        .hasMessageContaining("checkpoint-6 holds the state of step 5");
  }
}
