package io.troupe.rollout.sampling;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.SamplingOps;
import io.troupe.tensor.backend.SamplingRows;
import io.troupe.tensor.backend.TokenFilter;

/**
 * Draws tokens after changes of the scores and transformers' chain: temperature, top-k, top-p
 * (arXiv:1904.09751), min-p (arXiv:2407.01082). Nothing is sorted: with top-k the k largest scores
 * are selected in one pass and the rest of the chain uses them; otherwise one softmax over the
 * vocabulary is followed by a selection by weight.
 *
 * <p>The reported log-probability is that of the temperature-scaled softmax before tokens are
 * removed. The learner computes the same.
 *
 * @param temperature divides the logits, above 0
 * @param topK keeps the k largest scores and those equal to the smallest of them; 0 keeps all
 * @param topP keeps the most likely tokens up to this total probability; 1 keeps all
 * @param minP keeps tokens at least this fraction as likely as the most likely one; 0 keeps all
 * @param processing applied before the temperature
 */
public record MultinomialSampler(
    double temperature, int topK, double topP, double minP, ScoreProcessing processing)
    implements Sampler {

  @Override
  public void sample(Tensor logits, SamplingRows rows, int firstRow, int[] tokenIds) {
    Tensor scores = processing.apply(logits, rows, firstRow);
    SamplingOps sampling = Backend.of(scores).sampling();
    TokenFilter filter = new TokenFilter(topP, minP);
    if (topK > 0 && topK < scores.size(1)) {
      sampling.drawFromTopK(tokenIds, scores, rows, firstRow, temperature, topK, filter);
    } else {
      sampling.draw(tokenIds, probabilities(scores), rows, firstRow, filter);
    }
  }

  private Tensor probabilities(Tensor scores) {
    Tensor scaled = scores;
    if (temperature != 1) {
      scaled = Tensor.empty(scores.dtype(), scores.shape());
      Backend.of(scaled).elementwise().scalar(BinaryOp.DIV, scaled, scores, temperature);
    }
    Tensor probabilities = Tensor.empty(scores.dtype(), scores.shape());
    Backend.of(probabilities).reduction().softmax(probabilities, scaled);
    return probabilities;
  }
}
