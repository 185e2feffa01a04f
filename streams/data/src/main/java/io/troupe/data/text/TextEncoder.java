package io.troupe.data.text;

import io.troupe.rollout.tokenizer.WordPieceTokenizer;
import io.troupe.rollout.tokenizer.WordPieceTokenizer.Pieces;
import java.util.Arrays;

/**
 * Adds BERT's special tokens and truncates: {@code [CLS] text [SEP]}, or {@code [CLS] first [SEP]
 * second [SEP]}.
 *
 * @param tokenizer splits texts; the caller closes it
 * @param maxLength maximum number of tokens, special ones included
 */
public record TextEncoder(WordPieceTokenizer tokenizer, int maxLength) {
  private static final int SPECIAL_OF_PAIR = 3;

  /** Checks the length. */
  public TextEncoder {
    if (maxLength <= SPECIAL_OF_PAIR) {
      throw new IllegalArgumentException(
          "seq-length must be > " + SPECIAL_OF_PAIR + " for a text in tokens, got " + maxLength);
    }
  }

  /** A text, truncated at its end. */
  EncodedText single(int[] ids) {
    int length = Math.min(ids.length, maxLength - 2);
    int[] inputIds = new int[length + 2];
    inputIds[0] = tokenizer.clsTokenId();
    System.arraycopy(ids, 0, inputIds, 1, length);
    inputIds[length + 1] = tokenizer.sepTokenId();
    return new EncodedText(inputIds, new int[length + 2]);
  }

  /** A pair of texts; tokens are removed from the longer one, as transformers does. */
  EncodedText pair(int[] first, int[] second) {
    int most = maxLength - SPECIAL_OF_PAIR;
    int firstLength = first.length;
    int secondLength = second.length;
    while (firstLength + secondLength > most) {
      if (firstLength > secondLength) {
        firstLength--;
      } else {
        secondLength--;
      }
    }
    return joined(Arrays.copyOf(first, firstLength), Arrays.copyOf(second, secondLength));
  }

  /**
   * A question and a text that may contain its answer; the text is truncated, then the question.
   */
  EncodedText question(int[] question, int[] context) {
    int most = maxLength - SPECIAL_OF_PAIR;
    int[] asked = Arrays.copyOf(question, Math.min(question.length, most));
    int rest = Math.min(context.length, most - asked.length);
    return joined(asked, Arrays.copyOf(context, rest));
  }

  private EncodedText joined(int[] first, int[] second) {
    int length = first.length + second.length + SPECIAL_OF_PAIR;
    int[] inputIds = new int[length];
    int[] types = new int[length];
    inputIds[0] = tokenizer.clsTokenId();
    System.arraycopy(first, 0, inputIds, 1, first.length);
    inputIds[first.length + 1] = tokenizer.sepTokenId();
    System.arraycopy(second, 0, inputIds, first.length + 2, second.length);
    inputIds[length - 1] = tokenizer.sepTokenId();
    Arrays.fill(types, first.length + 2, length, 1);
    return new EncodedText(inputIds, types);
  }

  Pieces split(String text) {
    return tokenizer.split(text);
  }
}
