package io.troupe.training.text;

import io.troupe.nn.bert.EncoderInput;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.training.supervised.BatchTensors;

/** The texts of a mini-batch as tensors in the current scope. */
final class TextTensors {
  private TextTensors() {}

  static EncoderInput of(MiniBatch batch) {
    return new EncoderInput(
        BatchTensors.of(batch, "input_ids"),
        BatchTensors.of(batch, "token_type_ids"),
        BatchTensors.of(batch, "attention_mask"));
  }
}
