package io.troupe.nn.experts;

import io.troupe.nn.layers.FeedForwardBlock;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * A feed-forward block of experts (arXiv:2401.04088, section 2.1): the router's softmax selects the
 * most probable experts of each row, and the block adds their results, weighted by these
 * probabilities. Only the experts of a row compute it.
 *
 * <p>A row's result has the same bits whatever other rows are in the pass.
 */
public final class MixtureOfExperts extends FeedForwardBlock {
  private final Linear gate;
  private final List<? extends FeedForwardBlock> experts;
  private final int numExpertsPerTok;
  private final boolean normTopkProb;
  private RouterLoss routerLoss;

  /**
   * Composes a block.
   *
   * @param gate the router, (hidden) to one logit for each expert, without bias
   * @param experts registered as {@code experts.0}, {@code experts.1} and so on
   * @param numExpertsPerTok experts of each row
   * @param normTopkProb whether the weights of a row's experts are divided by their sum
   * @throws IllegalArgumentException if a row would have more experts than there are
   */
  public MixtureOfExperts(
      Linear gate,
      List<? extends FeedForwardBlock> experts,
      int numExpertsPerTok,
      boolean normTopkProb) {
    if (numExpertsPerTok > experts.size()) {
      throw new IllegalArgumentException(
          "num_experts_per_tok must be at most the number of experts, "
              + experts.size()
              + ", got "
              + numExpertsPerTok);
    }
    this.gate = child("gate", gate);
    this.experts = List.copyOf(experts);
    for (int i = 0; i < experts.size(); i++) {
      child("experts." + i, experts.get(i));
    }
    this.numExpertsPerTok = numExpertsPerTok;
    this.normTopkProb = normTopkProb;
  }

  /**
   * Adds the routing of the passes that follow to a loss.
   *
   * @param loss null for none, the initial state
   */
  public void collectIn(RouterLoss loss) {
    routerLoss = loss;
  }

  @Override
  public Tensor forwardAdd(Tensor x, Tensor residual) {
    return residual.add(forward(x));
  }

  /** (rows, hidden) to the same shape. */
  @Override
  public Tensor forward(Tensor x) {
    Tensor probabilities = gate.forward(x).softmax(); // (rows, experts)
    ExpertRouting routing =
        ExpertRouting.of(probabilities.toFloats(), experts.size(), numExpertsPerTok);
    if (routerLoss != null) {
      routerLoss.add(probabilities, routing);
    }
    int rows = x.size(0);
    Tensor results = results(x, routing).reshape(rows, numExpertsPerTok, x.size(1));
    Tensor weights = weights(probabilities, routing).reshape(rows, numExpertsPerTok, 1);
    return results.mul(weights).sum(1);
  }

  /** (rows, numExpertsPerTok). */
  private Tensor weights(Tensor probabilities, ExpertRouting routing) {
    Tensor index = Tensor.of(routing.experts(), probabilities.size(0), numExpertsPerTok);
    Tensor selected = probabilities.gather(index);
    return normTopkProb
        ? selected.div(selected.sum(1).reshape(probabilities.size(0), 1))
        : selected;
  }

  /** The results of the experts, (assignments, hidden). */
  private Tensor results(Tensor x, ExpertRouting routing) {
    List<Tensor> byExpert = new ArrayList<>();
    for (int expert = 0; expert < experts.size(); expert++) {
      int[] assignments = routing.assignments(expert);
      if (assignments.length > 0) {
        Tensor rows = Indexing.embedding(x, Tensor.of(routing.rows(assignments)));
        byExpert.add(experts.get(expert).forward(rows));
      }
    }
    return Indexing.embedding(Indexing.cat(0, byExpert), Tensor.of(routing.placesByExpert()));
  }
}
