package io.troupe.actors.ledger;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.Map;
import java.util.TreeMap;

/**
 * The properties of a scored group that a ledger needs.
 *
 * @param groupId id of the group
 * @param oldestVersion oldest policy version that sampled a token of it; -1 if it has no tokens
 * @param newestVersion newest such version; -1 if it has no tokens
 * @param numTokens tokens of all samples
 * @param numSamples number of samples
 * @param numScored number of samples with a score
 * @param unscorable samples without a score by reason, sorted
 */
public record GroupDigest(
    long groupId,
    long oldestVersion,
    long newestVersion,
    long numTokens,
    int numSamples,
    int numScored,
    Map<String, Long> unscorable) {

  /** The digest of a group. */
  public static GroupDigest of(ScoredGroup group) {
    Map<String, Long> unscorable = new TreeMap<>();
    int numScored = 0;
    for (Score score : group.scores()) {
      switch (score) {
        case Score.Scored _ -> numScored++;
        case Score.Unscorable(String reason) -> unscorable.merge(reason, 1L, Long::sum);
      }
    }
    SampledGroup samples = group.group();
    return new GroupDigest(
        samples.spec().groupId(),
        samples.oldestPolicyVersion(),
        newestVersion(samples),
        numTokens(samples),
        samples.completions().size(),
        numScored,
        unscorable);
  }

  /** Number of tokens of all samples of a group. */
  public static long numTokens(SampledGroup group) {
    long tokens = 0;
    for (Completion completion : group.completions()) {
      tokens += completion.tokenIds().length;
    }
    return tokens;
  }

  private static long newestVersion(SampledGroup group) {
    long newest = -1;
    for (Completion completion : group.completions()) {
      for (long version : completion.policyVersions()) {
        newest = Math.max(newest, version);
      }
    }
    return newest;
  }

  /** Whether every sample has a score. */
  public boolean isFullyScored() {
    return numScored == numSamples;
  }
}
