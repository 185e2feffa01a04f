package io.troupe.deploy.diffusion;

import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Tensor;
import java.util.Arrays;

/**
 * Texts as the ids of a text encoder: with start and end, cut or filled to one length.
 *
 * @param tokenizer of the pipeline
 * @param length number of ids
 * @param endTokenId ends a text, and fills it if the tokenizer has no other id for that
 */
public record Prompts(Tokenizer tokenizer, int length, int endTokenId) {
  /**
   * The same text for several images.
   *
   * @return INT32 (count, length)
   */
  public Tensor ids(String text, int count) {
    int[] ids = encode(text);
    int[] all = new int[count * length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(ids, 0, all, i * length, length);
    }
    return Tensor.of(all, count, length);
  }

  /** The ids of a text; one that is too long loses its last words, as in diffusers. */
  int[] encode(String text) {
    int[] encoded = tokenizer.encode(text, true);
    int[] ids = new int[length];
    Arrays.fill(ids, tokenizer.padTokenId().orElse(endTokenId));
    System.arraycopy(encoded, 0, ids, 0, Math.min(length, encoded.length));
    if (encoded.length > length) {
      ids[length - 1] = endTokenId;
    }
    return ids;
  }

  /** Whether a text is cut. */
  public boolean isCut(String text) {
    return tokenizer.encode(text, true).length > length;
  }
}
