package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;
import java.util.stream.IntStream;

/**
 * Trains each query to be closest to its own positive among all positives of the batch, by cosine
 * (arXiv:1807.03748).
 *
 * @param temperature divides the cosines, above 0
 */
public record InfoNCELoss(double temperature, Reduction reduction) {
  /** Checks the temperature. */
  public InfoNCELoss {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature must be above 0, got " + temperature);
    }
  }

  /**
   * The loss of pairs.
   *
   * @param query (batch, features)
   * @param positive (batch, features), row i belongs to query i
   */
  public Tensor forward(Tensor query, Tensor positive) {
    Elementwise.requireSame("InfoNCELoss", query, positive);
    Tensor cosines = UnitRows.of(query).matmul(UnitRows.of(positive).transpose(0, 1));
    int[] own = IntStream.range(0, query.size(0)).toArray();
    return CrossEntropyLoss.of()
        .withReduction(reduction)
        .forward(cosines.div(temperature), Tensor.of(own));
  }
}
