package io.troupe.nn.experts;

import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The load-balancing loss of the routers of one pass (arXiv:2101.03961, equations 4 to 6), as
 * transformers computes it: over all layers together, the number of experts times the sum over the
 * experts of the fraction of assignments and the mean probability.
 *
 * <p>Collects the routers of a pass in the order of their layers. Not thread-safe.
 */
public final class RouterLoss {
  private final List<Tensor> probabilities = new ArrayList<>();
  private double[] counts;

  /** A loss without routers. */
  public RouterLoss() {}

  /** Adds the router of a layer. */
  void add(Tensor routerProbabilities, ExpertRouting routing) {
    probabilities.add(routerProbabilities);
    int[] ofLayer = routing.counts();
    if (counts == null) {
      counts = new double[ofLayer.length];
    }
    for (int expert = 0; expert < counts.length; expert++) {
      counts[expert] += ofLayer[expert];
    }
  }

  /**
   * The loss, a scalar with gradients of the probabilities; the selection of experts has none.
   *
   * @throws IllegalStateException if no layer of the pass has experts
   */
  public Tensor value() {
    if (counts == null) {
      throw new IllegalStateException("the load-balancing loss must have a layer with experts");
    }
    long rows = 0;
    Tensor sums = null; // (experts)
    for (Tensor ofLayer : probabilities) {
      rows += ofLayer.size(0);
      sums = sums == null ? ofLayer.sum(0) : sums.add(ofLayer.sum(0));
    }
    double[] fractions = new double[counts.length];
    for (int expert = 0; expert < fractions.length; expert++) {
      fractions[expert] = counts[expert] / rows * counts.length / rows;
    }
    return sums.mul(Tensor.of(fractions).to(sums.dtype())).sum();
  }
}
