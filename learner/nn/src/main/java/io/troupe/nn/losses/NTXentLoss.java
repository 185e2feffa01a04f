package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;
import io.troupe.tensor.autograd.Indexing;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The normalized, temperature-scaled cross-entropy of SimCLR (arXiv:2002.05709): trains each of two
 * views of an example to be closest to the other view among all views of the batch.
 *
 * @param temperature divides the cosines, above 0
 */
public record NTXentLoss(double temperature, Reduction reduction) {
  /** Checks the temperature. */
  public NTXentLoss {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature must be above 0, got " + temperature);
    }
  }

  /**
   * The loss of views.
   *
   * @param view1 (batch, features)
   * @param view2 (batch, features), row i is of the same example as row i of {@code view1}
   * @return a scalar, or (2 batch) without a reduction
   */
  public Tensor forward(Tensor view1, Tensor view2) {
    Elementwise.requireSame("NTXentLoss", view1, view2);
    int batch = view1.size(0);
    Tensor views = UnitRows.of(Indexing.cat(0, List.of(view1, view2))); // (2 batch, features)
    Tensor cosines = views.matmul(views.transpose(0, 1)).div(temperature);
    int[] other = IntStream.range(0, 2 * batch).map(i -> (i + batch) % (2 * batch)).toArray();
    return CrossEntropyLoss.of()
        .withReduction(reduction)
        .forward(cosines.add(notItself(2 * batch).to(views.dtype())), Tensor.of(other));
  }

  /** -infinity on the diagonal, 0 elsewhere. */
  private static Tensor notItself(int size) {
    float[] mask = new float[size * size];
    for (int i = 0; i < size; i++) {
      mask[i * size + i] = Float.NEGATIVE_INFINITY;
    }
    return Tensor.of(mask, size, size);
  }
}
