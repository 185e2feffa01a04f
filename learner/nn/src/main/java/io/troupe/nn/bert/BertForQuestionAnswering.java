package io.troupe.nn.bert;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;

/**
 * Finds the span of a text that answers a question; named as transformers' {@code
 * BertForQuestionAnswering}.
 */
public final class BertForQuestionAnswering extends BertNetwork {
  private final Linear qaOutputs;

  /** A model in the current scope. */
  public BertForQuestionAnswering(BertConfig config, Initializer initializer) {
    super(BertModel.of(config, initializer));
    this.qaOutputs = child("qa_outputs", config.linear(config.hiddenSize(), 2, initializer));
  }

  /** The logits of the first and of the last token of the span, (batch, time, 2). */
  @Override
  public Tensor forward(EncoderInput input) {
    return qaOutputs.forward(bert().hiddenStates(input)).reshape(input.batch(), input.time(), 2);
  }
}
