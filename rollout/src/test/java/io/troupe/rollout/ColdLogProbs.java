package io.troupe.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.lm.TokenBatch;
import io.troupe.protocols.sample.Completion;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.DecodingStrategy;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.TokenLogProbs;
import java.util.Arrays;

/** Checks completions of several policy versions against passes without any cache. */
public final class ColdLogProbs {
  private final ReferenceDecoding decoding;
  private final WeightVersions versions;

  /** Leaves the last version that it checks in the model. */
  public ColdLogProbs(ReferenceDecoding decoding, WeightVersions versions) {
    this.decoding = decoding;
    this.versions = versions;
  }

  /**
   * Checks that each token has the log-probability that the weights of its version give it after
   * the prompt and the tokens before it; tokens of a greedy completion must be the most likely.
   */
  public void check(String name, DecodingRequest request, Completion completion) {
    long[] distinct = Arrays.stream(completion.policyVersions()).distinct().toArray();
    for (long version : distinct) {
      versions.write(version);
      try (Scope _ = decoding.engine().open("cold");
          GradMode.NoGrad _ = GradMode.noGrad()) {
        Tensor logits = logits(request.group().prompt().tokenIds(), completion.tokenIds());
        float[] logProbs = logProbs(logits, request, completion.tokenIds());
        int[] likeliest = logits.argmax().toInts();
        for (int i = 0; i < logProbs.length; i++) {
          if (completion.policyVersions()[i] == version) {
            String token = name + ", token " + i + " of " + completion + " to " + request;
            assertThat(completion.logProbs()[i]).as(token).isEqualTo(logProbs[i]);
            if (request.strategy() instanceof DecodingStrategy.Greedy) {
              assertThat(completion.tokenIds()[i]).as(token).isEqualTo(likeliest[i]);
            }
          }
        }
      }
    }
  }

  /** The log-probabilities of a prompt's tokens, after the first, under a version. */
  public float[] ofPrompt(long version, int[] prompt, double temperature) {
    versions.write(version);
    try (Scope _ = decoding.engine().open("cold");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      int[] targets = Arrays.copyOfRange(prompt, 1, prompt.length);
      Tensor logits = logits(Arrays.copyOf(prompt, 1), targets);
      return TokenLogProbs.of(logits, Tensor.of(targets), temperature).logProbs().toFloats();
    }
  }

  /** The logits of a completion's tokens, (tokens, vocab). */
  private Tensor logits(int[] prompt, int[] completion) {
    int[] ids = Arrays.copyOf(prompt, prompt.length + completion.length);
    System.arraycopy(completion, 0, ids, prompt.length, completion.length);
    Tensor hidden = decoding.model().hiddenStates(TokenBatch.of(ids), null);
    return decoding.model().logits(hidden.rows(prompt.length - 1, ids.length - 1));
  }

  private static float[] logProbs(Tensor logits, DecodingRequest request, int[] tokens) {
    if (request.strategy() instanceof DecodingStrategy.Beam) {
      Tensor all = logits.logSoftmax(); // as a beam search computes them
      float[] logProbs = new float[tokens.length];
      for (int i = 0; i < tokens.length; i++) {
        logProbs[i] = (float) all.get((long) i * all.size(1) + tokens[i]);
      }
      return logProbs;
    }
    double temperature = request.config().doSample() ? request.config().temperature() : 1;
    return TokenLogProbs.of(logits, Tensor.of(tokens), temperature).logProbs().toFloats();
  }
}
