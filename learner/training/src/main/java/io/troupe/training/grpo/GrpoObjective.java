package io.troupe.training.grpo;

import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.LossType;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The GRPO loss of a batch and its derivative by every token's log-probability, in double
 * precision.
 *
 * <p>With r = exp(logp - old), advantage A and reference log-probability ref, a token costs
 *
 * <pre>{@code
 * -min(min(r, delta) A, clamp(r, 1 - epsilon, 1 + epsilonHigh) A)
 *   + beta r (exp(ref - logp) - (ref - logp) - 1)
 * }</pre>
 *
 * (without the last r when {@code use-bias-correction-kl} is off), times a weight that depends on
 * the loss type and the lengths of the completions only. The derivative of a token therefore
 * depends on its own log-probability only, and the batch can be processed in any order.
 *
 * <p>At ties of the minimum and at the ends of the clamps the derivative is PyTorch's.
 */
public final class GrpoObjective {
  private final double low;
  private final double high;
  private final double delta;
  private final double beta;
  private final boolean biasCorrectedKl;
  private final double[] advantages;
  private final int[] lengths;
  private final double[] weights;

  /**
   * The objective of one batch.
   *
   * @param advantages by sample
   * @param lengths tokens of each completion that count; 0 for a masked sample
   */
  public GrpoObjective(GrpoConfig config, double[] advantages, int[] lengths) {
    this.low = 1 - config.epsilon();
    this.high = 1 + config.upperEpsilon();
    this.delta = config.delta().orElse(Double.POSITIVE_INFINITY);
    this.beta = config.beta();
    this.biasCorrectedKl = config.useBiasCorrectionKl();
    this.advantages = advantages.clone();
    this.lengths = lengths.clone();
    this.weights = weights(config, lengths);
  }

  private static double[] weights(GrpoConfig config, int[] lengths) {
    double samples = lengths.length;
    double tokens = 0;
    for (int length : lengths) {
      tokens += length;
    }
    double[] weights = new double[lengths.length];
    for (int s = 0; s < lengths.length; s++) {
      weights[s] =
          switch (config.lossType()) {
            case LossType.Grpo() -> 1 / (samples * Math.max(1, lengths[s]));
            case LossType.DrGrpo() -> 1 / (samples * config.maxCompletionLength());
            case LossType.Bnpo(), LossType.Dapo() -> 1 / Math.max(1, tokens);
          };
    }
    return weights;
  }

  /** Whether a token of the sample can have a non-zero gradient. */
  public boolean hasGradient(int sample) {
    return lengths[sample] > 0 && (advantages[sample] != 0 || beta > 0);
  }

  /**
   * The derivative of the loss by the log-probability of a token.
   *
   * @param logp of the token under the current policy
   * @param oldLogp under the policy that sampled it
   * @param refLogp under the reference model; not read when beta is 0
   */
  public double gradient(int sample, double logp, double oldLogp, double refLogp) {
    if (lengths[sample] == 0) {
      return 0;
    }
    double advantage = advantages[sample];
    double ratio = Math.exp(logp - oldLogp);
    double bounded = Math.min(ratio, delta) * advantage;
    double clipped = Math.clamp(ratio, low, high) * advantage;
    double dBounded = ratio <= delta ? ratio * advantage : 0;
    double dClipped = ratio >= low && ratio <= high ? ratio * advantage : 0;
    double dPolicy = bounded < clipped ? dBounded : dClipped;
    if (bounded == clipped) {
      dPolicy = (dBounded + dClipped) / 2;
    }
    return weights[sample] * (dKl(logp, refLogp, ratio) - dPolicy);
  }

  private double dKl(double logp, double refLogp, double ratio) {
    if (beta == 0) {
      return 0;
    }
    return beta * (biasCorrectedKl ? ratio * (logp - refLogp) : 1 - Math.exp(refLogp - logp));
  }

  /** The k3 estimator of the divergence from the reference model (Schulman 2020). */
  private double kl(double logp, double refLogp, double ratio) {
    double k3 = Math.exp(refLogp - logp) - (refLogp - logp) - 1;
    return biasCorrectedKl ? ratio * k3 : k3;
  }

  /**
   * Loss and metrics of the whole batch.
   *
   * @param logps by sample, then by token
   * @param oldLogps same shape
   * @param refLogps same shape; null when beta is 0
   * @param entropies same shape, in nats
   */
  public Evaluation evaluate(
      double[][] logps, double[][] oldLogps, double[][] refLogps, double[][] entropies) {
    Sums batch = new Sums();
    double policyLoss = 0;
    double klLoss = 0;
    double lowMin = Double.NaN;
    double highMax = Double.NaN;
    for (int s = 0; s < lengths.length; s++) {
      Sums sample = new Sums();
      for (int t = 0; t < lengths[s]; t++) {
        double refLogp = beta == 0 ? 0 : refLogps[s][t];
        sample.add(this, s, logps[s][t], oldLogps[s][t], refLogp, entropies[s][t]);
      }
      policyLoss += weights[s] * sample.policyLoss;
      klLoss += weights[s] * beta * sample.kl;
      batch.add(sample);
      if (lengths[s] > 0) {
        double lowShare = sample.lowClipped / lengths[s];
        double highShare = sample.highClipped / lengths[s];
        lowMin = Double.isNaN(lowMin) ? lowShare : Math.min(lowMin, lowShare);
        highMax = Double.isNaN(highMax) ? highShare : Math.max(highMax, highShare);
      }
    }
    Map<String, Double> metrics = batch.metrics(beta > 0);
    metrics.put("clip_ratio/low_min", lowMin);
    metrics.put("clip_ratio/high_max", highMax);
    return new Evaluation(policyLoss + klLoss, policyLoss, klLoss, metrics);
  }

  /**
   * Loss and metrics of a batch.
   *
   * @param loss the minimized value
   * @param policyLoss the part from ratios and advantages
   * @param klLoss the part from the divergence, beta included
   * @param metrics entropy, kl and clip ratios under TRL's names; NaN if no token counts
   */
  public record Evaluation(
      double loss, double policyLoss, double klLoss, Map<String, Double> metrics) {}

  /** Sums over tokens that count. */
  private static final class Sums {
    private double tokens;
    private double policyLoss;
    private double kl;
    private double entropy;
    private double lowClipped;
    private double highClipped;

    void add(
        GrpoObjective of, int s, double logp, double oldLogp, double refLogp, double tokenEntropy) {
      double advantage = of.advantages[s];
      double ratio = Math.exp(logp - oldLogp);
      double bounded = Math.min(ratio, of.delta);
      tokens++;
      policyLoss -= Math.min(bounded * advantage, Math.clamp(ratio, of.low, of.high) * advantage);
      if (of.beta != 0) {
        kl += of.kl(logp, refLogp, ratio);
      }
      entropy += tokenEntropy;
      lowClipped += bounded < of.low && advantage < 0 ? 1 : 0;
      highClipped += bounded > of.high && advantage > 0 ? 1 : 0;
    }

    void add(Sums other) {
      tokens += other.tokens;
      policyLoss += other.policyLoss;
      kl += other.kl;
      entropy += other.entropy;
      lowClipped += other.lowClipped;
      highClipped += other.highClipped;
    }

    Map<String, Double> metrics(boolean withKl) {
      double count = Math.max(1, tokens);
      Map<String, Double> metrics = new LinkedHashMap<>();
      if (withKl) {
        metrics.put("kl", kl / count);
      }
      metrics.put("entropy", entropy / count);
      metrics.put("clip_ratio/low_mean", lowClipped / count);
      metrics.put("clip_ratio/high_mean", highClipped / count);
      metrics.put("clip_ratio/region_mean", (lowClipped + highClipped) / count);
      return metrics;
    }
  }
}
