package io.troupe.actors.grpo;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import io.troupe.tensor.Engine;
import io.troupe.training.checkpoint.Checkpoints;
import io.troupe.training.checkpoint.StateFile;
import io.troupe.training.optim.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A checkpoint of a GRPO run on disk: {@code config.json} and {@code model.safetensors}, which
 * transformers loads too, {@code optimizer.safetensors} and {@code state.json}.
 *
 * @param path such as {@code checkpoints/checkpoint-40}
 * @param state of the run
 */
record GrpoCheckpoint(Path path, GrpoState state) {
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = "state.json";
  private static final StateFile JSON =
      new StateFile(Map.of(FinishReason.class, FinishReasons.class, Score.class, Scores.class));
  private static final StateFile FIRST_JSON =
      new StateFile(
          Map.of(
              FinishReason.class,
              FinishReasons.class,
              Score.class,
              Scores.class,
              Prompt.class,
              FirstStateFormat.PromptWithoutSource.class));

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = FinishReason.EndOfText.class, name = "end-of-text"),
    @JsonSubTypes.Type(value = FinishReason.StopToken.class, name = "stop-token"),
    @JsonSubTypes.Type(value = FinishReason.StopString.class, name = "stop-string"),
    @JsonSubTypes.Type(value = FinishReason.ConstraintMet.class, name = "constraint"),
    @JsonSubTypes.Type(value = FinishReason.LengthLimit.class, name = "length"),
    @JsonSubTypes.Type(value = FinishReason.Cancelled.class, name = "cancelled")
  })
  private interface FinishReasons {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Score.Scored.class, name = "scored"),
    @JsonSubTypes.Type(value = Score.Unscorable.class, name = "unscorable")
  })
  private interface Scores {}

  /** The checkpoints below a directory. */
  static Checkpoints in(Path directory) {
    return new Checkpoints(directory, List.of("config.json", OPTIMIZER));
  }

  /**
   * Writes a checkpoint.
   *
   * @throws IOException with a one-line message, if it cannot be written
   */
  static GrpoCheckpoint save(
      Checkpoints checkpoints, CausalLM policy, Optimizer optimizer, GrpoState state)
      throws IOException {
    return save(checkpoints, policy, optimizer, state, _ -> {});
  }

  /**
   * Writes a checkpoint with one more file.
   *
   * @param more writes it into the directory of the checkpoint
   * @throws IOException with a one-line message, if it cannot be written
   */
  static GrpoCheckpoint save(
      Checkpoints checkpoints,
      CausalLM policy,
      Optimizer optimizer,
      GrpoState state,
      Checkpoints.Content more)
      throws IOException {
    Path written =
        checkpoints.save(
            state.step(),
            directory -> {
              PretrainedModel.save(policy, directory);
              optimizer.save(directory.resolve(OPTIMIZER));
              writeState(directory.resolve(STATE), state);
              more.writeTo(directory);
            });
    return new GrpoCheckpoint(written, state);
  }

  /** Opens the newest undamaged checkpoint; see {@link Checkpoints#latest}. */
  static Optional<GrpoCheckpoint> latest(Checkpoints checkpoints, Consumer<String> warning) {
    return checkpoints.latest(GrpoCheckpoint::open, warning);
  }

  private static GrpoCheckpoint open(Path checkpoint, long step) throws IOException {
    GrpoState state = readState(checkpoint);
    if (state.step() != step) {
      throw new CheckpointFormatException(
          checkpoint + " must contain the state of step " + step + ", got step " + state.step());
    }
    return new GrpoCheckpoint(checkpoint, state);
  }

  static void writeState(Path file, GrpoState state) throws IOException {
    JSON.write(file, state);
  }

  static GrpoState readState(Path checkpoint) throws IOException {
    Path first = checkpoint.resolve(FirstStateFormat.FILE);
    return Files.isRegularFile(first)
        ? FIRST_JSON.read(first, FirstStateFormat.class).toState()
        : JSON.read(checkpoint.resolve(STATE), GrpoState.class);
  }

  /** Loads the policy; the caller closes it. */
  CausalLM loadPolicy(Engine engine) {
    return PretrainedModel.load(path, engine);
  }

  /**
   * Restores the state of an optimizer.
   *
   * @throws CheckpointFormatException if the state is of another kind of optimizer or model
   */
  void restore(Optimizer optimizer) {
    optimizer.load(path.resolve(OPTIMIZER));
  }
}
