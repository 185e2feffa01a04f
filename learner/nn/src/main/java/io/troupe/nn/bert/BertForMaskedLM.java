package io.troupe.nn.bert;

import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;

/** Predicts masked tokens; named as transformers' {@code BertForMaskedLM}. */
public final class BertForMaskedLM extends BertNetwork {
  private final MaskedTokenHead predictions;

  /** A model in the current scope. */
  public BertForMaskedLM(BertConfig config, Initializer initializer) {
    super(BertModel.of(config, initializer));
    this.predictions = child("cls.predictions", new MaskedTokenHead(config, initializer));
  }

  /** The logits of all tokens, (batch, time, vocab). */
  @Override
  public Tensor forward(EncoderInput input) {
    Tensor logits = predictions.forward(bert().hiddenStates(input), bert().wordEmbeddings());
    return logits.reshape(input.batch(), input.time(), config().vocabSize());
  }

  /**
   * The logits at some positions.
   *
   * @param positions INT32, (positions); the position t of text b is {@code b * time + t}
   * @return (positions, vocab)
   */
  public Tensor forward(EncoderInput input, Tensor positions) {
    Tensor hidden = Indexing.embedding(bert().hiddenStates(input), positions);
    return predictions.forward(hidden, bert().wordEmbeddings());
  }
}
