package io.troupe.training.grpo;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A batch of 5 groups of 6 samples with every kind of sample. */
final class MixedBatch {
  private MixedBatch() {}

  /**
   * The second group has equal scores, the third a sample without a score and one without tokens.
   * The last two groups are of policy version 0, the others of {@code version}.
   */
  static List<ScoredGroup> of(TestLearner sampler, long version, long seed) {
    List<ScoredGroup> groups = new ArrayList<>();
    List<ScoredGroup> sampled =
        new TokenTask(sampler.policy()).groups(5, 6, version, seed).subList(0, 3);
    groups.add(sampled.get(0));
    groups.add(withScores(sampled.get(1), new Score.Scored(0.5, Map.of()), 0, 6));
    groups.add(
        withScores(
            TokenTask.map(sampled.get(2), c -> c.sampleIndex() == 4 ? withoutTokens(c) : c),
            new Score.Unscorable("no answer"),
            1,
            2));
    groups.addAll(new TokenTask(sampler.policy()).groups(5, 6, 0, seed).subList(3, 5));
    return groups;
  }

  private static ScoredGroup withScores(ScoredGroup group, Score score, int from, int to) {
    List<Score> scores = new ArrayList<>(group.scores());
    for (int i = from; i < to; i++) {
      scores.set(i, score);
    }
    return new ScoredGroup(group.group(), scores);
  }

  private static Completion withoutTokens(Completion completion) {
    return new Completion(
        completion.sampleIndex(),
        new int[0],
        new float[0],
        new long[0],
        "",
        new FinishReason.Cancelled("test"));
  }
}
