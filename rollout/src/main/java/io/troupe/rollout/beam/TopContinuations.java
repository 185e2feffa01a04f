package io.troupe.rollout.beam;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.Memory;
import java.util.Arrays;
import java.util.List;

/**
 * The best continuations of all beams by one token, best first; of equal scores the earlier beam
 * and the lower token.
 */
final class TopContinuations {
  private final float[] scores;
  private final int[] beams;
  private final int[] tokenIds;
  private int size;

  private TopContinuations(int capacity) {
    scores = new float[capacity];
    beams = new int[capacity];
    tokenIds = new int[capacity];
  }

  /**
   * Selects from a step's log-probabilities.
   *
   * @param logProbs (beams, vocab), FLOAT32
   * @param running the beams, whose scores are added
   */
  static TopContinuations select(Tensor logProbs, List<Hypothesis> running, int count) {
    int vocab = logProbs.size(1);
    TopContinuations top = new TopContinuations((int) Math.min(count, logProbs.numel()));
    for (int beam = 0; beam < running.size(); beam++) {
      long row = logProbs.address() + 4L * vocab * beam;
      float before = running.get(beam).score();
      for (int id = 0; id < vocab; id++) {
        float score = Memory.getFloat(row + 4L * id) + before;
        if (top.size < top.scores.length || score > top.scores[top.size - 1]) {
          top.insert(score, beam, id);
        }
      }
    }
    return top;
  }

  private void insert(float score, int beam, int tokenId) {
    int last = size < scores.length ? size++ : size - 1;
    int at = last;
    while (at > 0 && score > scores[at - 1]) {
      scores[at] = scores[at - 1];
      beams[at] = beams[at - 1];
      tokenIds[at] = tokenIds[at - 1];
      at--;
    }
    scores[at] = score;
    beams[at] = beam;
    tokenIds[at] = tokenId;
  }

  int size() {
    return size;
  }

  float score(int i) {
    return scores[i];
  }

  /** The index of the beam that is continued. */
  int beam(int i) {
    return beams[i];
  }

  int tokenId(int i) {
    return tokenIds[i];
  }

  @Override
  public String toString() {
    return Arrays.toString(tokenIds) + " of beams " + Arrays.toString(beams);
  }
}
