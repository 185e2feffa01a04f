package io.troupe.nn.recurrent;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * A recurrent language model over characters, with PyTorch's initial values. In PyTorch, with an
 * LSTM, after its example {@code word_language_model}:
 *
 * <pre>{@code
 * class CharacterModel(nn.Module):
 *     def __init__(self):
 *         super().__init__()
 *         self.embedding = nn.Embedding(65, 64)
 *         self.lstm = nn.LSTM(64, 256, 2, batch_first=True, dropout=p)
 *         self.dropout = nn.Dropout(p)
 *         self.fc = nn.Linear(256, 65)
 *     def forward(self, ids, state=None):
 *         output, state = self.lstm(self.dropout(self.embedding(ids)), state)
 *         return self.fc(self.dropout(output)), state
 * }</pre>
 *
 * <p>The layer is called {@code rnn}, {@code lstm} or {@code gru}.
 */
public final class CharacterLanguageModel extends Module implements Layer {
  private final Embedding embedding;
  private final RecurrentLayer layer;
  private final Dropout dropout;
  private final Linear fc;

  /**
   * A model.
   *
   * @param vocabSize characters
   * @param options of the recurrent layer; {@code inputSize} is the embedding size, and {@code
   *     dropout} is also applied before and after the layer; batch first and unidirectional
   */
  public CharacterLanguageModel(
      RecurrentKind kind, int vocabSize, RecurrentOptions options, Initializer initializer) {
    if (options.bidirectional() || !options.batchFirst()) {
      throw new IllegalArgumentException(
          "options of a language model must be batch first and unidirectional, got " + options);
    }
    this.embedding = child("embedding", Embedding.of(vocabSize, options.inputSize(), initializer));
    this.layer = child(kind.layerName(), kind.layer(options, initializer));
    this.dropout = child("dropout", new Dropout(options.dropout(), Philox.of(1)));
    this.fc = child("fc", Linear.of(options.hiddenSize(), vocabSize, true, initializer));
  }

  /**
   * The logits of the next characters, from the zero state.
   *
   * @param ids INT32, (batch, time)
   * @return (batch, time, vocab)
   */
  @Override
  public Tensor forward(Tensor ids) {
    return forward(ids, null).output();
  }

  /**
   * The logits of the next characters, and the state after the last character for the next call.
   *
   * @param ids INT32, (batch, time)
   * @param state after the previous characters; null at the start
   */
  public RecurrentOutput forward(Tensor ids, RecurrentState state) {
    Tensor embedded = dropout.forward(embedding.forward(ids)); // (batch, time, inputSize)
    RecurrentOutput read = layer.forward(embedded, state, null);
    return new RecurrentOutput(fc.forward(dropout.forward(read.output())), read.state());
  }
}
