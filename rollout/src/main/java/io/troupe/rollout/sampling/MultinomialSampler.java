package io.troupe.rollout.sampling;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.memory.Memory;

/**
 * Draws tokens after transformers' chain: repetition penalty, temperature, top-k, top-p
 * (arXiv:1904.09751), min-p (arXiv:2407.01082). Nothing is sorted: with top-k the k largest are
 * selected in one pass and the rest of the chain works on them; otherwise one softmax over the
 * vocabulary feeds a selection by weight.
 *
 * <p>The reported log-probability is that of the temperature-scaled softmax before anything is
 * removed, which is what a learner recomputes.
 *
 * @param temperature divides the logits, above 0
 * @param topK keeps the k largest and what equals the smallest of them; 0 keeps all
 * @param topP keeps the likeliest tokens up to this probability; 1 keeps all
 * @param minP keeps tokens at least this fraction as likely as the likeliest; 0 keeps all
 * @param repetitionPenalty acts before
 */
public record MultinomialSampler(
    double temperature, int topK, double topP, double minP, RepetitionPenalty repetitionPenalty)
    implements Sampler {

  @Override
  public void sample(
      Tensor logits, SamplingRows rows, int firstRow, int[] tokenIds, SamplingScratch scratch) {
    Tensor scores = repetitionPenalty.apply(logits, rows, firstRow, scratch);
    int vocab = scores.size(1);
    boolean selects = topK > 0 && topK < vocab;
    Tensor values = selects ? scores : probabilities(scores);
    for (int r = 0; r < values.size(0); r++) {
      long address = values.address() + 4L * vocab * r;
      double uniform = rows.uniform(firstRow + r);
      if (selects) {
        tokenIds[firstRow + r] = drawFromTopK(address, vocab, uniform, scratch);
      } else if (topP < 1 || minP > 0) {
        tokenIds[firstRow + r] = drawFromLikeliest(address, vocab, uniform, scratch.candidates);
      } else {
        tokenIds[firstRow + r] = DenseDraw.draw(address, vocab, uniform, scratch.blockSums);
      }
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

  private int drawFromTopK(long address, int vocab, double uniform, SamplingScratch scratch) {
    Candidates candidates = scratch.candidates;
    TopK.select(address, vocab, topK, scratch.heap, candidates);
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < candidates.size(); i++) {
      largest = Math.max(largest, candidates.weight(i));
    }
    for (int i = 0; i < candidates.size(); i++) {
      candidates.weight(i, StrictMath.exp((candidates.weight(i) - largest) / temperature));
    }
    return filterAndDraw(candidates, 0, uniform);
  }

  private int drawFromLikeliest(long address, int vocab, double uniform, Candidates candidates) {
    candidates.clear();
    // All tokens below the mean of what top-p removes weigh less than that together: top-p removes
    // them all, and they need not be looked at one by one.
    float least = (float) ((1 - topP) / vocab);
    double skipped = 0;
    for (int id = 0; id < vocab; id++) {
      float p = Memory.getFloat(address + 4L * id);
      if (p > least) {
        candidates.add(id, p);
      } else {
        skipped += p;
      }
    }
    return filterAndDraw(candidates, skipped, uniform);
  }

  private int filterAndDraw(Candidates candidates, double skipped, double uniform) {
    if (topP < 1) {
      double total = candidates.sum() + skipped;
      candidates.removeLeast((1 - topP) * total - skipped);
    }
    if (minP > 0) {
      candidates.keepAtLeast(minP * candidates.largest());
    }
    return candidates.draw(uniform);
  }
}
