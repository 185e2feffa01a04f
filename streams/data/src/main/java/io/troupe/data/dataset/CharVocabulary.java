package io.troupe.data.dataset;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The characters (code points) of a text, sorted; the id of a character is its index.
 *
 * @param characters each once
 */
public record CharVocabulary(String characters) {

  /** The vocabulary of a text. */
  public static CharVocabulary of(String text) {
    int[] distinct = text.codePoints().distinct().sorted().toArray();
    return new CharVocabulary(new String(distinct, 0, distinct.length));
  }

  /** The number of ids. */
  public int size() {
    return characters.codePointCount(0, characters.length());
  }

  /**
   * The ids of a text.
   *
   * @throws IllegalArgumentException if it has a character that is not in the vocabulary
   */
  public int[] encode(String text) {
    Map<Integer, Integer> ids = new HashMap<>();
    characters.codePoints().forEach(c -> ids.put(c, ids.size()));
    return text.codePoints().map(c -> id(ids, c)).toArray();
  }

  private int id(Map<Integer, Integer> ids, int codePoint) {
    Integer id = ids.get(codePoint);
    if (id == null) {
      throw new IllegalArgumentException(
          "text must contain only the %d characters that the model was trained on, got '%s' (U+%04X)"
              .formatted(size(), Character.toString(codePoint), codePoint));
    }
    return id;
  }

  /** The text of ids. */
  public String decode(int... ids) {
    int[] known = characters.codePoints().toArray();
    int[] text = Arrays.stream(ids).map(id -> known[id]).toArray();
    return new String(text, 0, text.length);
  }
}
