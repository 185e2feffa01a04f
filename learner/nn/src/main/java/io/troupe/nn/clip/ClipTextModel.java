package io.troupe.nn.clip;

import io.troupe.nn.Module;
import io.troupe.nn.attention.ScoreTerms;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.List;

/**
 * The text encoder of CLIP: each token attends to itself and those before it. The features of a
 * text are those of its first end, so tokens after it have no effect. Names of transformers' {@code
 * CLIPTextModel} inside {@code text_model}.
 */
public final class ClipTextModel extends Module {
  private static final double TOKEN_RANGE = 0.02;
  private static final double POSITION_RANGE = 0.01;

  private final ClipTextConfig config;
  private final Embedding tokens;
  private final Embedding positions;
  private final ClipEncoder encoder;
  private final LayerNorm finalNorm;

  /** An encoder with OpenAI's initial values. */
  public ClipTextModel(ClipTextConfig config, Initializer initializer) {
    this.config = config;
    int hidden = config.encoder().hiddenSize();
    this.tokens =
        child(
            "embeddings.token_embedding",
            Embedding.normal(config.vocabSize(), hidden, TOKEN_RANGE, initializer));
    this.positions =
        child(
            "embeddings.position_embedding",
            Embedding.normal(config.maxPositionEmbeddings(), hidden, POSITION_RANGE, initializer));
    this.encoder = child("encoder", new ClipEncoder(config.encoder(), initializer));
    this.finalNorm = child("final_layer_norm", ClipEncoder.norm(config.encoder(), initializer));
  }

  /** The settings. */
  public ClipTextConfig config() {
    return config;
  }

  /**
   * The states after the last layer and the final norm, transformers' {@code last_hidden_state}.
   *
   * @param ids INT32 (batch, length)
   * @return (batch, length, hidden)
   * @throws IllegalArgumentException if texts are longer than the model's positions
   */
  public Tensor forward(Tensor ids) {
    return finalNorm.forward(states(ids).getLast());
  }

  /**
   * The states after each layer, without the final norm.
   *
   * @param ids INT32 (batch, length)
   * @return (batch, length, hidden) each
   */
  public List<Tensor> states(Tensor ids) {
    int length = ids.size(1);
    if (length > config.maxPositionEmbeddings()) {
      throw new IllegalArgumentException(
          "texts must have at most "
              + config.maxPositionEmbeddings()
              + " tokens (max_position_embeddings), got "
              + length);
    }
    Tensor embedded = tokens.forward(ids); // (batch, length, hidden)
    Tensor x = embedded.add(positions.weight().rows(0, length));
    return encoder.forward(x, ScoreTerms.causal(x.dtype(), length));
  }

  /**
   * The features of texts, transformers' {@code pooler_output}.
   *
   * @param ids INT32 (batch, length)
   * @return (batch, hidden)
   * @throws IllegalArgumentException if a text has no end
   */
  public Tensor features(Tensor ids) {
    int batch = ids.size(0);
    int length = ids.size(1);
    int[] rows = firstEnds(ids.toInts(), batch, length);
    Tensor last =
        finalNorm.forward(
            Indexing.embedding(states(ids).getLast().reshape(batch * length, -1), Tensor.of(rows)));
    return last.reshape(batch, config.encoder().hiddenSize());
  }

  private int[] firstEnds(int[] ids, int batch, int length) {
    int[] rows = new int[batch];
    for (int text = 0; text < batch; text++) {
      int at = text * length;
      while (at < (text + 1) * length && ids[at] != config.eosTokenId()) {
        at++;
      }
      if (at == (text + 1) * length) {
        throw new IllegalArgumentException(
            "text " + text + " must contain the token " + config.eosTokenId() + ", got none");
      }
      rows[text] = at;
    }
    return rows;
  }
}
