package io.troupe.nn.bert;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;

/** An encoder with a head. */
public abstract sealed class BertNetwork extends Module
    permits BertForMaskedLM,
        BertForSequenceClassification,
        BertForTokenClassification,
        BertForQuestionAnswering {
  private final BertModel bert;

  /** A network of an encoder; the subclass adds the head. */
  BertNetwork(BertModel bert) {
    this.bert = child("bert", bert);
  }

  /** The encoder. */
  public final BertModel bert() {
    return bert;
  }

  /** The sizes of the encoder. */
  public final BertConfig config() {
    return bert.config();
  }

  /** The class in transformers. */
  public final String architecture() {
    return getClass().getSimpleName();
  }

  /**
   * The hidden states of texts.
   *
   * @return (batch, time, hidden)
   */
  public final Tensor embed(EncoderInput input) {
    return bert.hiddenStates(input).reshape(input.batch(), input.time(), -1);
  }

  /**
   * The output of the head: (batch, time, vocab) for masked tokens, (batch, classes) for sequences,
   * (batch, time, classes) for tokens, (batch, time, 2) for spans.
   */
  public abstract Tensor forward(EncoderInput input);
}
