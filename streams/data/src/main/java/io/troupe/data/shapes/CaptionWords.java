package io.troupe.data.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The words of captions as ids. A caption starts with {@link #start} and ends with {@link #end},
 * which fills the rest. These are the last two ids, as in CLIP.
 */
public final class CaptionWords {
  private static final int WORDS_OF_A_SHAPE = 4;

  private final Looks looks;
  private final List<String> words;

  private CaptionWords(Looks looks, List<String> words) {
    this.looks = looks;
    this.words = words;
  }

  /** The words of the captions of pictures with some colors and kinds. */
  public static CaptionWords of(Looks looks) {
    List<String> words = new ArrayList<>(List.of("a", "and", ","));
    looks.colors().stream().map(ShapeColor::word).forEach(words::add);
    looks.kinds().stream().map(ShapeKind::word).forEach(words::add);
    words.add(ShapePhrase.ANY_KIND);
    if (looks.colors().contains(ShapeColor.ORANGE)) {
      words.add("an");
    }
    words.add("<start>");
    words.add("<end>");
    return new CaptionWords(looks, List.copyOf(words));
  }

  /** The captions of all pictures of one shape. */
  public List<String> ofOneShape() {
    return looks.all().stream().map(ColoredKind::words).toList();
  }

  /** The number of ids. */
  public int size() {
    return words.size();
  }

  /** The words by id; the last two are the texts of start and end. */
  public List<String> words() {
    return words;
  }

  /** The id before a caption. */
  public int start() {
    return words.size() - 2;
  }

  /** The id after a caption. */
  public int end() {
    return words.size() - 1;
  }

  /** The number of ids of the longest caption of some shapes, with start and end. */
  public static int length(int maxShapes) {
    return 1 + WORDS_OF_A_SHAPE * maxShapes;
  }

  /**
   * The ids of a caption, with start and end.
   *
   * @param length number of ids
   * @throws IllegalArgumentException if the caption is empty, too long, or has another word
   */
  public int[] encode(String caption, int length) {
    if (caption.isBlank()) {
      throw new IllegalArgumentException("caption must have at least one word, got none");
    }
    String[] parts = caption.strip().replace(",", " ,").split("\\s+");
    if (parts.length + 2 > length) {
      throw new IllegalArgumentException(
          "caption must have at most %d words, got %d: %s"
              .formatted(length - 2, parts.length, caption));
    }
    int[] ids = new int[length];
    Arrays.fill(ids, end());
    ids[0] = start();
    for (int i = 0; i < parts.length; i++) {
      ids[i + 1] = id(parts[i]);
    }
    return ids;
  }

  private int id(String word) {
    int id = words.indexOf(word);
    if (id < 0 || id >= start()) {
      throw new IllegalArgumentException(
          "words of captions must be among %s, got %s"
              .formatted(String.join(" ", words.subList(0, start())), word));
    }
    return id;
  }

  /** The caption of ids, without start and end. */
  public String decode(int[] ids) {
    StringBuilder caption = new StringBuilder();
    for (int id : ids) {
      if (id == end()) {
        break;
      }
      if (id != start()) {
        String word = words.get(id);
        caption.append(caption.isEmpty() || word.equals(",") ? "" : " ").append(word);
      }
    }
    return caption.toString();
  }
}
