package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;
import java.util.Map;

/** Creates run states for tests. */
final class GrpoStates {
  /** Floats that are difficult to convert to decimal, and floats without a decimal form. */
  static final float[] SPECIAL_FLOATS = {
    -0.1f,
    -0.0f,
    Float.MIN_VALUE,
    -1.17549449e-38f,
    -16777217f,
    -3.4028235e38f,
    -1.00000012f,
    -8.5899346e9f,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  private GrpoStates() {}

  /** A state without open groups. */
  static GrpoState atStep(long step) {
    Ledger ledger =
        new Ledger(
            step,
            step,
            step,
            Map.of(),
            8 * step,
            Map.of(),
            100 * step,
            0,
            List.of(),
            List.of(),
            List.of());
    return new GrpoState(100 * step, "", 0.25, 1e-6, step, 2.0 * step, ledger);
  }

  /** A state with a group of each kind, every finish reason and both scores. */
  static GrpoState withOpenGroups(long step) {
    SampledGroup sampled = new SampledGroup(spec(12), List.of(ended(0), stopped(1)));
    ScoredGroup scored =
        new ScoredGroup(
            new SampledGroup(spec(11), List.of(cutOff(0), cancelled(1))),
            List.of(
                new Score.Scored(1.0 / 3, Map.of("numeric-match", 0.1 + 0.2, "length", -1e-300)),
                new Score.Unscorable("timeout: numeric-match")));
    Ledger ledger =
        new Ledger(
            step,
            14,
            8,
            Map.of("stale", 2L, "rollout died", 1L),
            60,
            Map.of("timeout", 3L),
            12345,
            1,
            List.of(spec(13)),
            List.of(sampled),
            List.of(scored));
    return new GrpoState(
        987654321012L, "start", Double.NaN, Math.nextUp(1e-6), 12.75, 1e9 / 3, ledger);
  }

  private static GroupSpec spec(long id) {
    Prompt prompt =
        new Prompt(
            1000 + id,
            "3 + \"4\" \\ \u2581\n\ud83d\ude00 =",
            new int[] {1, 2, 31999},
            Map.of("answer", "7"));
    return new GroupSpec(id, prompt, 2, Long.MIN_VALUE + id);
  }

  private static Completion ended(int index) {
    return completion(index, SPECIAL_FLOATS, new FinishReason.EndOfText(2));
  }

  private static Completion stopped(int index) {
    return completion(index, new float[] {-1.5f}, new FinishReason.StopString("\n\n"));
  }

  private static Completion cutOff(int index) {
    return completion(index, new float[] {-2f, -3f}, new FinishReason.LengthLimit(2));
  }

  private static Completion cancelled(int index) {
    return completion(index, new float[0], new FinishReason.Cancelled("shutdown"));
  }

  private static Completion completion(int index, float[] logProbs, FinishReason reason) {
    int[] tokens = new int[logProbs.length];
    long[] versions = new long[logProbs.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = 100 + i;
      versions[i] = 39 + i / 2;
    }
    return new Completion(index, tokens, logProbs, versions, "text " + index, reason);
  }
}
