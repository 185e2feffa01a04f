package io.troupe.actors.run;

import io.troupe.protocols.config.RunConfig;

/**
 * Everything that a run reads, opened and checked before anything is written: model, tokenizer,
 * prompts, held-out questions, demonstrations, rewards.
 *
 * <p>Whoever loads inputs closes them, after the run; closing twice is harmless.
 */
public final class RunInputs implements AutoCloseable {
  private final RunConfig config;

  private RunInputs(RunConfig config) {
    this.config = config;
  }

  /**
   * Opens and checks what a run reads.
   *
   * @throws IllegalArgumentException if something cannot be used, in one line that says what; also
   *     {@link io.troupe.nn.checkpoint.CheckpointFormatException} for a model and {@link
   *     io.troupe.streams.data.DataFormatException} for a data file
   */
  public static RunInputs load(RunConfig config) {
    return new RunInputs(config);
  }

  /** What the run is told. */
  public RunConfig config() {
    return config;
  }

  @Override
  public void close() {}
}
