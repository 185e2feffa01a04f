package io.troupe.nn.decoder;

import io.troupe.nn.experts.MixtureOfExperts;
import io.troupe.nn.layers.FeedForwardBlock;
import io.troupe.nn.layers.FusedGatedFeedForward;
import io.troupe.nn.layers.GatedFeedForward;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Norm;
import io.troupe.tensor.backend.AttentionScores;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Creates the parts that most families share, in the current scope. The order of the calls is the
 * order of the initial weights.
 *
 * @param architecture gives sizes and norms
 * @param initializer of the parameters
 */
public record LayerParts(DecoderArchitecture architecture, Initializer initializer) {
  private DecoderConfig config() {
    return architecture.config();
  }

  private Heads heads() {
    return Heads.of(config().lm());
  }

  /** Scores scaled by 1 / sqrt(headDim). */
  public AttentionScores scores(OptionalInt window) {
    return AttentionScores.scaled(1 / Math.sqrt(config().lm().headDim())).withWindow(window);
  }

  /** Three projections to queries, keys and values. */
  public Projections separate(boolean bias) {
    return Projections.Separate.normal(
        config().lm().hiddenSize(), heads(), bias, config().initializerRange(), initializer);
  }

  /** One projection to queries, keys and values. */
  public Projections fused() {
    return Projections.Fused.normal(
        config().lm().hiddenSize(), heads(), config().initializerRange(), initializer);
  }

  /**
   * Attention with the heads of the model.
   *
   * @param index of the layer
   * @param outputBias whether the projection out of attention has a bias
   */
  public SelfAttention attention(
      int index,
      Projections projections,
      QueryKeyNorms norms,
      Positions positions,
      AttentionScores scores,
      boolean outputBias) {
    return new SelfAttention(
        index,
        heads(),
        new SelfAttention.Parts(projections, norms, positions, scores, output(outputBias)));
  }

  private Linear output(boolean bias) {
    return Linear.normal(
        heads().queryFeatures(),
        config().lm().hiddenSize(),
        bias,
        config().initializerRange(),
        initializer);
  }

  /** Norms of single heads of queries and keys. */
  public QueryKeyNorms perHeadNorms() {
    int features = heads().headDim();
    return new QueryKeyNorms.PerHead(
        architecture.norm(features, initializer), architecture.norm(features, initializer));
  }

  /** Norms of all heads of queries, and of all heads of keys. */
  public QueryKeyNorms allHeadsNorms() {
    return new QueryKeyNorms.AllHeads(
        architecture.norm(heads().queryFeatures(), initializer),
        architecture.norm(heads().keyFeatures(), initializer));
  }

  /** A gated feed-forward block. */
  public FeedForwardBlock gated(boolean bias) {
    return new GatedFeedForward(
        config().lm().hiddenSize(),
        config().intermediateSize(),
        config().hiddenAct(),
        bias,
        config().initializerRange(),
        initializer);
  }

  /**
   * A router and its experts, which are gated feed-forward blocks without biases.
   *
   * @param names of the projections of an expert
   * @param intermediateSize inner features of an expert
   * @param numExperts experts of the layer
   * @param numExpertsPerTok experts of each row
   * @param normTopkProb whether the weights of a row's experts are divided by their sum
   */
  public FeedForwardBlock experts(
      GatedFeedForward.Names names,
      int intermediateSize,
      int numExperts,
      int numExpertsPerTok,
      boolean normTopkProb) {
    int hidden = config().lm().hiddenSize();
    double range = config().initializerRange();
    Linear gate = Linear.normal(hidden, numExperts, false, range, initializer);
    List<FeedForwardBlock> experts = new ArrayList<>();
    for (int i = 0; i < numExperts; i++) {
      experts.add(
          new GatedFeedForward(
              names, hidden, intermediateSize, config().hiddenAct(), false, range, initializer));
    }
    return new MixtureOfExperts(gate, experts, numExpertsPerTok, normTopkProb);
  }

  /** A gated feed-forward block with one projection to gate and inner features. */
  public FeedForwardBlock fusedGated() {
    return new FusedGatedFeedForward(
        config().lm().hiddenSize(),
        config().intermediateSize(),
        config().hiddenAct(),
        config().initializerRange(),
        initializer);
  }

  /** A norm of hidden states. */
  public Norm norm() {
    return architecture.norm(config().lm().hiddenSize(), initializer);
  }
}
