package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Maximum duration of each operation that the run waits for.
 *
 * @param reward scoring of one sample
 * @param group generation of all samples of one prompt
 * @param weights transfer of one version of the weights to one rollout actor
 * @param step one training step
 * @param batch the learner's wait for its next batch
 * @param evaluation one evaluation
 * @param checkpoint reading or writing of one checkpoint
 * @param stop end of a thread after an interrupt
 */
public record DeadlineConfig(
    Duration reward,
    Duration group,
    Duration weights,
    Duration step,
    Duration batch,
    Duration evaluation,
    Duration checkpoint,
    Duration stop) {

  static final Duration DEFAULT_EVALUATION = Duration.ofMinutes(30);
  static final Duration DEFAULT_CHECKPOINT = Duration.ofMinutes(10);
  static final Duration DEFAULT_STOP = Duration.ofSeconds(30);
  static final String STOP_DOC =
      "End of a thread after an interrupt. If the learner's thread takes longer, the run stops.";

  static final Section SECTION =
      Section.qualified(
          "deadlines", "Maximum duration of each operation; the error names the overdue one.");

  private static final Key<Duration> REWARD =
      add(
          "reward",
          Duration.ofSeconds(10),
          "Scoring of one sample. A sample that takes longer counts as unscorable.");
  private static final Key<Duration> GROUP =
      add("group", Duration.ofMinutes(10), "Generation of all samples of one prompt.");
  private static final Key<Duration> WEIGHTS =
      add(
          "weights",
          Duration.ofSeconds(60),
          "Transfer of one version of the weights to one rollout actor.");
  private static final Key<Duration> STEP =
      add("step", Duration.ofMinutes(10), "One training step.");
  private static final Key<Duration> BATCH =
      add("batch", Duration.ofMinutes(20), "The learner's wait for its next batch.");
  private static final Key<Duration> EVALUATION =
      add("evaluation", DEFAULT_EVALUATION, "One evaluation.");
  private static final Key<Duration> CHECKPOINT =
      add("checkpoint", DEFAULT_CHECKPOINT, "Reading or writing of one checkpoint.");
  private static final Key<Duration> STOP = add("stop", DEFAULT_STOP, STOP_DOC);

  private static Key<Duration> add(String name, Duration defaultValue, String doc) {
    return SECTION.add(name, ValueType.DURATION, defaultValue, positive(), doc);
  }

  /** Durations above 0. */
  static Range<Duration> positive() {
    return new Range<>(Duration::isPositive, "> 0", "");
  }

  /** Checks that each is positive. */
  public DeadlineConfig {
    REWARD.check(reward);
    GROUP.check(group);
    WEIGHTS.check(weights);
    STEP.check(step);
    BATCH.check(batch);
    EVALUATION.check(evaluation);
    CHECKPOINT.check(checkpoint);
    STOP.check(stop);
  }

  /** Reads the section {@code deadlines}; a missing key has its default. */
  public static DeadlineConfig from(Config config) {
    return new DeadlineConfig(
        REWARD.read(config),
        GROUP.read(config),
        WEIGHTS.read(config),
        STEP.read(config),
        BATCH.read(config),
        EVALUATION.read(config),
        CHECKPOINT.read(config),
        STOP.read(config));
  }
}
