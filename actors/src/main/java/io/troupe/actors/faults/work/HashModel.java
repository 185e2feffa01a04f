package io.troupe.actors.faults.work;

import io.troupe.actors.faults.time.Dice;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;
import java.util.Map;

/**
 * A policy of 64 bits. Tokens, scores, gradients and weights are hashes of everything that they may
 * depend on, so that any difference in content, order or shard changes all later weights.
 */
public final class HashModel {
  /** Maximum number of tokens of a completion. */
  public static final int MAX_TOKENS = 6;

  private static final int VOCABULARY = 1000;
  private static final int END_OF_TEXT_EVERY = 5;
  private static final int UNSCORABLE_SAMPLE_EVERY = 16;
  private static final int UNSCORABLE_GROUP_EVERY = 40;

  private HashModel() {}

  /** The weights at the start of a run. */
  public static long initialWeights(long seed) {
    return hash(seed, "weights".hashCode());
  }

  /** The checksum of weights. */
  public static long checksum(long weights) {
    return hash(weights, "checksum".hashCode());
  }

  /** The group of an id. */
  public static GroupSpec group(long seed, long groupId, int numGenerations) {
    Prompt prompt =
        new Prompt(
            groupId, "prompt " + groupId, new int[] {(int) (groupId % VOCABULARY)}, Map.of());
    return new GroupSpec(groupId, prompt, numGenerations, seed);
  }

  /** The token at a position of a sample. */
  public static int token(GroupSpec group, int sample, int position, long weights) {
    long bits = hash(group.runSeed(), group.groupId(), sample, position, weights);
    return (int) Long.remainderUnsigned(bits, VOCABULARY);
  }

  /** Whether a token ends a completion. */
  public static boolean isEnd(int token) {
    return token % END_OF_TEXT_EVERY == 0;
  }

  /** The log-probability of a token. */
  public static float logProb(int token, long weights) {
    return -(hash(token, weights) >>> 40) * 0x1.0p-24f;
  }

  /** The score of a completion. */
  public static Score score(Prompt prompt, Completion completion) {
    if (hash(prompt.id(), "unscorable".hashCode()) % UNSCORABLE_GROUP_EVERY == 0) {
      return new Score.Unscorable("not gradable");
    }
    long bits = hash(prompt.id(), digest(completion));
    return bits % UNSCORABLE_SAMPLE_EVERY == 0
        ? new Score.Unscorable("no answer")
        : new Score.Scored((bits >>> 11) * 0x1.0p-53, Map.of());
  }

  /** The gradient of a shard. */
  static long shardGradient(
      long weights, int iteration, List<ScoredGroup> batch, int firstSample, int endSample) {
    long digest = hash(weights, iteration, firstSample, endSample);
    int sample = 0;
    for (ScoredGroup group : batch) {
      for (int i = 0; i < group.scores().size(); i++, sample++) {
        if (sample >= firstSample && sample < endSample) {
          digest = hash(digest, digest(group, i));
        }
      }
    }
    return digest;
  }

  /** The sum of two gradients, which depends on their order. */
  static long sum(long left, long right) {
    return hash(left, right, 1);
  }

  /** The weights after an update. */
  static long update(long weights, long gradient) {
    return hash(weights, gradient, 2);
  }

  /** A digest of the whole content of a group. */
  public static long digest(ScoredGroup group) {
    long digest = hash(group.group().spec().groupId());
    for (int i = 0; i < group.scores().size(); i++) {
      digest = hash(digest, digest(group, i));
    }
    return digest;
  }

  private static long digest(ScoredGroup group, int sample) {
    long scored =
        switch (group.scores().get(sample)) {
          case Score.Scored(double value, var _) -> Double.doubleToLongBits(value);
          case Score.Unscorable(String reason) -> reason.hashCode();
        };
    return hash(
        group.group().spec().groupId(), digest(group.group().completions().get(sample)), scored);
  }

  private static long digest(Completion completion) {
    long digest = completion.sampleIndex();
    for (int i = 0; i < completion.tokenIds().length; i++) {
      digest =
          hash(
              digest,
              completion.tokenIds()[i],
              Float.floatToIntBits(completion.logProbs()[i]),
              completion.policyVersions()[i]);
    }
    return digest;
  }

  private static long hash(long... values) {
    long h = values.length;
    for (long value : values) {
      h = Dice.mix(h * 31 + value + 0x9e3779b97f4a7c15L);
    }
    return h;
  }
}
