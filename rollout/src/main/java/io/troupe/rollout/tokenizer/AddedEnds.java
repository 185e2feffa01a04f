package io.troupe.rollout.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The special tokens that a tokenizer adds around a text. The post-processor of {@code
 * tokenizer.json} defines them; {@code add_bos_token} and {@code add_eos_token} in {@code
 * tokenizer_config.json} override it, as in the fast Llama tokenizer of transformers 4.
 *
 * <p>Difference from transformers 5: it ignores the two keys beside a {@code tokenizer.json}. In
 * folders that transformers has saved, keys and post-processor agree.
 *
 * @param before ids before the text
 * @param after ids after the text
 */
@SuppressWarnings("ArrayRecordComponent") // private to this package, not changed
record AddedEnds(int[] before, int[] after) {
  /**
   * Reads the ends off an encoded text.
   *
   * @param whole the ids of a text with special tokens
   * @param plain its ids without
   */
  static AddedEnds of(int[] whole, int[] plain) {
    for (int start = 0; start + plain.length <= whole.length; start++) {
      if (Arrays.equals(whole, start, start + plain.length, plain, 0, plain.length)) {
        return new AddedEnds(
            Arrays.copyOf(whole, start),
            Arrays.copyOfRange(whole, start + plain.length, whole.length));
      }
    }
    return new AddedEnds(new int[0], new int[0]);
  }

  /**
   * These ends with the changes that the settings of a tokenizer require.
   *
   * @param settings {@code tokenizer_config.json}
   */
  AddedEnds with(JsonNode settings, OptionalInt bosTokenId, OptionalInt eosTokenId) {
    int[] first = before;
    int[] last = after;
    JsonNode addBos = settings.path("add_bos_token");
    if (addBos.isBoolean() && bosTokenId.isPresent()) {
      int bos = bosTokenId.getAsInt();
      first = without(before, bos);
      first = addBos.asBoolean() ? concat(new int[] {bos}, first) : first;
    }
    JsonNode addEos = settings.path("add_eos_token");
    if (addEos.isBoolean() && eosTokenId.isPresent()) {
      int eos = eosTokenId.getAsInt();
      last = without(after, eos);
      last = addEos.asBoolean() ? concat(last, new int[] {eos}) : last;
    }
    return new AddedEnds(first, last);
  }

  private static int[] without(int[] ids, int removed) {
    return Arrays.stream(ids).filter(id -> id != removed).toArray();
  }

  private static int[] concat(int[] first, int[] second) {
    return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }

  boolean isSameAs(AddedEnds other) {
    return Arrays.equals(before, other.before) && Arrays.equals(after, other.after);
  }

  /** A text with its ends. */
  int[] around(int[] plain) {
    return concat(concat(before, plain), after);
  }
}
