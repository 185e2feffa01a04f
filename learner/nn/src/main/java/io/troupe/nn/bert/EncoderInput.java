package io.troupe.nn.bert;

import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;

/**
 * Texts for an encoder, padded to one length.
 *
 * @param inputIds tokens, INT32, (batch, time)
 * @param tokenTypeIds types of the tokens, INT32, (batch, time); null if all are 0
 * @param attentionMask 1 for tokens and 0 for padding, INT32, (batch, time); null if there is no
 *     padding
 */
public record EncoderInput(Tensor inputIds, Tensor tokenTypeIds, Tensor attentionMask) {
  /** Checks that the shapes are equal. */
  public EncoderInput {
    if (inputIds.rank() != 2) {
      throw new ShapeException("input_ids must be (batch, time), got " + inputIds.shape());
    }
    requireShape("token_type_ids", tokenTypeIds, inputIds.shape());
    requireShape("attention_mask", attentionMask, inputIds.shape());
  }

  private static void requireShape(String name, Tensor tensor, Shape shape) {
    if (tensor != null && !tensor.shape().equals(shape)) {
      throw new ShapeException(
          name + " must have the shape of input_ids, " + shape + ", got " + tensor.shape());
    }
  }

  /** Texts of one type without padding. */
  public static EncoderInput of(Tensor inputIds) {
    return new EncoderInput(inputIds, null, null);
  }

  /** The number of texts. */
  public int batch() {
    return inputIds.size(0);
  }

  /** The number of tokens of each, padding included. */
  public int time() {
    return inputIds.size(1);
  }

  /** The same texts with other tokens. */
  public EncoderInput withInputIds(Tensor ids) {
    return new EncoderInput(ids, tokenTypeIds, attentionMask);
  }

  /**
   * Checks the ids and the length against the sizes of a model.
   *
   * @throws IllegalArgumentException naming the first id that is out of range
   */
  void requireFits(BertConfig config) {
    if (time() < 1 || time() > config.maxPositionEmbeddings()) {
      throw new IllegalArgumentException(
          "input_ids must have 1 to max_position_embeddings="
              + config.maxPositionEmbeddings()
              + " tokens, got "
              + time());
    }
    requireBelow("input_ids", inputIds, config.vocabSize());
    if (tokenTypeIds != null) {
      requireBelow("token_type_ids", tokenTypeIds, config.typeVocabSize());
    }
    if (attentionMask != null) {
      requireBelow("attention_mask", attentionMask, 2);
      requireToken();
    }
  }

  private static void requireBelow(String name, Tensor ids, int limit) {
    for (int id : ids.toInts()) {
      if (id < 0 || id >= limit) {
        throw new IllegalArgumentException(
            name + " must be from 0 to " + (limit - 1) + ", got " + id);
      }
    }
  }

  /** A text that is all padding has no keys to attend to. */
  private void requireToken() {
    int[] mask = attentionMask.toInts();
    for (int row = 0; row < batch(); row++) {
      boolean any = false;
      for (int t = 0; t < time(); t++) {
        any |= mask[row * time() + t] != 0;
      }
      if (!any) {
        throw new IllegalArgumentException(
            "attention_mask must show a token of every text, got none of text " + row);
      }
    }
  }
}
