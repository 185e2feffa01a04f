package io.troupe.training.grpo;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A toy task, sampled by plain forward passes: the completion must contain tokens >= 20. */
public record TokenTask(CausalLM policy) {
  private static final int EOS = 2;
  private static final int MAX_LENGTH = 6;

  /** Groups of samples with scores. The score is the fraction of tokens >= 20. */
  public List<ScoredGroup> groups(int count, int generations, long version, long seed) {
    List<ScoredGroup> groups = new ArrayList<>();
    for (int g = 0; g < count; g++) {
      int[] ids = {1, 3 + g};
      GroupSpec spec = new GroupSpec(g, new Prompt(g, "", ids, Map.of()), generations, seed);
      List<Completion> completions = new ArrayList<>();
      List<Score> scores = new ArrayList<>();
      for (int i = 0; i < generations; i++) {
        Completion sampled = sample(ids, i, version, Philox.of(seed).derive(g).derive(i));
        completions.add(sampled);
        double share =
            Arrays.stream(sampled.tokenIds()).filter(id -> id >= 20).count()
                / (double) sampled.tokenIds().length;
        scores.add(new Score.Scored(share, Map.of("token", share)));
      }
      groups.add(new ScoredGroup(new SampledGroup(spec, completions), scores));
    }
    return groups;
  }

  private Completion sample(int[] prompt, int index, long version, Philox random) {
    int[] ids = Arrays.copyOf(prompt, prompt.length + MAX_LENGTH);
    float[] logProbs = new float[MAX_LENGTH];
    int length = 0;
    int token = -1;
    while (length < MAX_LENGTH && token != EOS) {
      double[] logps = nextLogProbs(Arrays.copyOf(ids, prompt.length + length));
      token = draw(logps, random.uniform(length));
      ids[prompt.length + length] = token;
      logProbs[length++] = (float) logps[token];
    }
    long[] versions = new long[length];
    Arrays.fill(versions, version);
    return new Completion(
        index,
        Arrays.copyOfRange(ids, prompt.length, prompt.length + length),
        Arrays.copyOf(logProbs, length),
        versions,
        "",
        token == EOS ? new FinishReason.EndOfText(EOS) : new FinishReason.LengthLimit(MAX_LENGTH));
  }

  private double[] nextLogProbs(int[] ids) {
    try (Scope _ = policy.scope().engine().open("sampling");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      return policy
          .logits(policy.hiddenStates(TokenBatch.of(ids), null).rows(ids.length - 1, ids.length))
          .logSoftmax()
          .toDoubles();
    }
  }

  private static int draw(double[] logps, double uniform) {
    double sum = 0;
    for (int id = 0; id < logps.length; id++) {
      sum += Math.exp(logps[id]);
      if (uniform < sum) {
        return id;
      }
    }
    return logps.length - 1;
  }

  /** The group with new completions and its old scores. */
  static ScoredGroup map(ScoredGroup scored, UnaryOperator<Completion> change) {
    List<Completion> changed = scored.group().completions().stream().map(change).toList();
    return new ScoredGroup(new SampledGroup(scored.group().spec(), changed), scored.scores());
  }
}
