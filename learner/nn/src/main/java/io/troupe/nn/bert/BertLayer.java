package io.troupe.nn.bert;

import io.troupe.nn.Module;
import io.troupe.nn.attention.MultiHeadAttention;
import io.troupe.nn.attention.Projection;
import io.troupe.nn.attention.Projections;
import io.troupe.nn.attention.ScoreTerms;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/** An encoder layer: attention and a feed-forward block, each followed by a norm. */
final class BertLayer extends Module {
  private final MultiHeadAttention attention;
  private final Dropout attentionDropout;
  private final LayerNorm attentionNorm;
  private final BertIntermediate intermediate;
  private final BertOutput output;

  BertLayer(int index, BertConfig config, Initializer initializer) {
    Philox generator = Philox.of(index + 1L);
    this.attention = child("attention", attention(config, initializer));
    this.attentionDropout =
        child(
            "attention.output.dropout",
            new Dropout(config.hiddenDropoutProb(), generator.derive(0)));
    this.attentionNorm = child("attention.output.LayerNorm", config.norm(initializer));
    this.intermediate = child("intermediate", new BertIntermediate(config, initializer));
    this.output =
        child(
            "output",
            new BertOutput(config.intermediateSize(), config, generator.derive(1), initializer));
  }

  private static MultiHeadAttention attention(BertConfig config, Initializer initializer) {
    return new MultiHeadAttention(
        config.numAttentionHeads(),
        new Projections.Separate(
            projection("self.query", config, initializer),
            projection("self.key", config, initializer),
            projection("self.value", config, initializer)),
        projection("output.dense", config, initializer));
  }

  private static Projection projection(String name, BertConfig config, Initializer initializer) {
    int hidden = config.hiddenSize();
    return new Projection(name, config.linear(hidden, hidden, initializer));
  }

  /**
   * (rows, hidden) to (rows, hidden).
   *
   * @param input the texts of the rows
   */
  Tensor forward(Tensor x, EncoderInput input) {
    Tensor texts = x.reshape(input.batch(), input.time(), x.size(1));
    Tensor mixed =
        attention.forward(texts, ScoreTerms.keyMask(input.attentionMask())).reshape(x.shape());
    Tensor attended = attentionNorm.forward(attentionDropout.forward(mixed).add(x));
    return output.forward(intermediate.forward(attended), attended);
  }
}
