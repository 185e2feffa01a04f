package io.troupe.training.grpo;

import io.troupe.protocols.sample.Completion;
import java.util.List;
import java.util.Map;

/**
 * The log-probabilities and entropies of the tokens of a batch: by sample, then by token.
 *
 * <p>The old log-probabilities of samples of the current policy are those of the first pass.
 */
final class TokenNumbers {
  private final GrpoBatch batch;
  private final long policyVersion;
  private final double[][] logps;
  private final double[][] entropies;
  private final double[][] oldLogps;
  private final double[][] refLogps;

  /**
   * Numbers before the first pass.
   *
   * @param hasReference whether there are log-probabilities under a reference model
   */
  TokenNumbers(GrpoBatch batch, long policyVersion, boolean hasReference) {
    this.batch = batch;
    this.policyVersion = policyVersion;
    this.logps = batch.perToken();
    this.entropies = batch.perToken();
    this.oldLogps = new double[logps.length][];
    for (int s = 0; s < oldLogps.length; s++) {
      oldLogps[s] = batch.isOnPolicy(s, policyVersion) ? null : batch.recordedLogps(s);
    }
    this.refLogps = hasReference ? batch.perToken() : null;
  }

  void keep(int sample, int offset, double logp, double entropy) {
    logps[sample][offset] = logp;
    entropies[sample][offset] = entropy;
  }

  void keepReference(int sample, int offset, double logp, double entropy) {
    refLogps[sample][offset] = logp;
  }

  /**
   * The log-probability under the policy that sampled a token.
   *
   * @param logp under the current policy
   */
  double oldLogp(int sample, int offset, double logp) {
    return oldLogps[sample] == null ? logp : oldLogps[sample][offset];
  }

  /** The log-probability under the reference model; 0 without one. */
  double refLogp(int sample, int offset) {
    return refLogps == null ? 0 : refLogps[sample][offset];
  }

  /** Keeps the numbers of the first pass as the old ones, where there are none. */
  void keepOldLogps() {
    for (int s = 0; s < oldLogps.length; s++) {
      if (oldLogps[s] == null) {
        oldLogps[s] = logps[s].clone();
      }
    }
  }

  GrpoObjective.Evaluation evaluate(GrpoObjective objective) {
    return objective.evaluate(logps, oldLogps, refLogps, entropies);
  }

  /** Compares with the rollout where both had the same weights. */
  void putLogProbGap(Map<String, Double> values) {
    double max = 0;
    double sum = 0;
    long tokens = 0;
    for (int s = 0; s < logps.length; s++) {
      Completion completion = batch.completions().get(s);
      for (int t = 0; t < logps[s].length; t++) {
        if (completion.policyVersions()[t] == policyVersion) {
          double gap = Math.abs(completion.logProbs()[t] - logps[s][t]);
          max = Math.max(max, gap);
          sum += gap;
          tokens++;
        }
      }
    }
    if (tokens > 0) {
      values.put("logprob_gap_max", max);
      values.put("sampling/sampling_logp_difference/mean", sum / tokens);
      values.put("sampling/sampling_logp_difference/max", max);
    }
  }

  private List<double[][]> kinds() {
    return refLogps == null ? List.of(logps, entropies) : List.of(logps, entropies, refLogps);
  }

  /** The length of {@link #values}. */
  int numValues(int from, int to) {
    long tokens = 0;
    for (int s = from; s < to; s++) {
      tokens += logps[s].length;
    }
    return Math.toIntExact(tokens * kinds().size());
  }

  /** The numbers of the samples {@code [from, to)}, one kind after the other. */
  double[] values(int from, int to) {
    double[] values = new double[numValues(from, to)];
    int at = 0;
    for (double[][] kind : kinds()) {
      for (int s = from; s < to; s++) {
        System.arraycopy(kind[s], 0, values, at, kind[s].length);
        at += kind[s].length;
      }
    }
    return values;
  }

  /** Takes what {@link #values} has returned elsewhere. */
  void put(int from, int to, double[] values) {
    int at = 0;
    for (double[][] kind : kinds()) {
      for (int s = from; s < to; s++) {
        System.arraycopy(values, at, kind[s], 0, kind[s].length);
        at += kind[s].length;
      }
    }
  }
}
