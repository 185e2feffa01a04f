package io.troupe.log.record;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random records of every type. */
public final class SampleRecords {
  private SampleRecords() {}

  /** A record of a random type. */
  public static LogRecord record(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> new LogRecord.RunStarted(text(random), text(random), "0.1");
      case 1 -> new LogRecord.Epoch(text(random));
      case 2 ->
          new LogRecord.Dropped(
              random.nextLong(1L << 40),
              "stale",
              random.nextInt(4),
              text(random),
              random.nextInt(1000),
              Map.of("timeout", 3L, text(random), 1L),
              random.nextLong());
      case 3 ->
          new LogRecord.Committed(random.nextInt(100), random.nextLong(), random.nextInt(100));
      case 4 ->
          new LogRecord.Checkpointed(
              4,
              20,
              11,
              new LedgerCounts(
                  40, 20, 100, 5000, 1, Map.of("stale", 2L), Map.of(), List.of(33L, 38L)));
      default -> new LogRecord.Batch(1 + random.nextInt(100), groups(random));
    };
  }

  private static List<LoggedGroup> groups(Random random) {
    List<LoggedGroup> groups = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      groups.add(
          new LoggedGroup(
              group(random, random.nextInt(1000)),
              1 + random.nextInt(3),
              "rollout-1",
              text(random),
              random.nextLong(),
              random.nextLong(),
              random.nextLong()));
    }
    return groups;
  }

  /** A group with all kinds of completions and scores. */
  public static ScoredGroup group(Random random, long groupId) {
    int generations = 1 + random.nextInt(5);
    Prompt prompt =
        new Prompt(
            random.nextInt(100),
            text(random),
            random.ints(1 + random.nextInt(5)).toArray(),
            Map.of("answer", text(random), "reward_model.ground_truth", "42"),
            "train.jsonl line 1");
    List<Completion> completions = new ArrayList<>();
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < generations; i++) {
      completions.add(completion(random, i));
      scores.add(
          random.nextInt(4) == 0
              ? new Score.Unscorable("timeout: numeric-match")
              : new Score.Scored(
                  random.nextGaussian(), Map.of("a", Double.NaN, "length", -0.0, "z", 1.0)));
    }
    GroupSpec spec = new GroupSpec(groupId, prompt, generations, random.nextLong());
    return new ScoredGroup(new SampledGroup(spec, completions), scores);
  }

  private static Completion completion(Random random, int index) {
    int length = random.nextInt(10);
    float[] logProbs = new float[length];
    long[] versions = new long[length];
    for (int t = 0; t < length; t++) {
      logProbs[t] = -random.nextFloat();
      versions[t] = t < length / 2 ? 3 : 4;
    }
    FinishReason reason =
        switch (random.nextInt(6)) {
          case 0 -> new FinishReason.EndOfText(5);
          case 1 -> new FinishReason.StopToken(6);
          case 2 -> new FinishReason.StopString(text(random));
          case 3 -> new FinishReason.ConstraintMet();
          case 4 -> new FinishReason.LengthLimit(10);
          default -> new FinishReason.Cancelled("a test");
        };
    return new Completion(
        index, random.ints(length).toArray(), logProbs, versions, text(random), reason);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      switch (random.nextInt(8)) {
        case 0 -> text.append((char) (0xd800 + random.nextInt(0x800))); // perhaps unpaired
        case 1 -> text.appendCodePoint(0x1f600 + random.nextInt(30));
        case 2 -> text.append('\u00e9');
        default -> text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.toString();
  }
}
