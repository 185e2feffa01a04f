package io.troupe.nn.bert;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;

/** The sum of the embeddings of tokens, positions and token types, normalized. */
final class BertEmbeddings extends Module {
  private final Embedding wordEmbeddings;
  private final Embedding positionEmbeddings;
  private final Embedding tokenTypeEmbeddings;
  private final LayerNorm layerNorm;
  private final Dropout dropout;

  BertEmbeddings(BertConfig config, Initializer initializer) {
    this.wordEmbeddings = child("word_embeddings", table(config.vocabSize(), config, initializer));
    this.positionEmbeddings =
        child("position_embeddings", table(config.maxPositionEmbeddings(), config, initializer));
    this.tokenTypeEmbeddings =
        child("token_type_embeddings", table(config.typeVocabSize(), config, initializer));
    this.layerNorm = child("LayerNorm", config.norm(initializer));
    this.dropout = child("dropout", new Dropout(config.hiddenDropoutProb(), Philox.of(0)));
  }

  private static Embedding table(int rows, BertConfig config, Initializer initializer) {
    return Embedding.normal(rows, config.hiddenSize(), config.initializerRange(), initializer);
  }

  /** The table of tokens, which is also the output layer of the head for masked tokens. */
  Embedding wordEmbeddings() {
    return wordEmbeddings;
  }

  /** The embeddings of texts, (batch * time, hidden). */
  Tensor forward(EncoderInput input) {
    int rows = input.batch() * input.time();
    int[] positions = new int[rows];
    Arrays.setAll(positions, row -> row % input.time());
    Tensor types =
        input.tokenTypeIds() == null
            ? Tensor.of(new int[rows], rows)
            : input.tokenTypeIds().reshape(rows);
    Tensor words = wordEmbeddings.forward(input.inputIds().reshape(rows));
    Tensor sum =
        words
            .add(tokenTypeEmbeddings.forward(types))
            .add(positionEmbeddings.forward(Tensor.of(positions, rows)));
    return dropout.forward(layerNorm.forward(sum));
  }
}
