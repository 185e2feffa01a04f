package io.troupe.rollout.tokenizer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Trains a WordPiece vocabulary, as the trainer of Hugging Face's tokenizers does: starting from
 * characters, the most frequent pair of neighboring pieces becomes a piece, until the vocabulary is
 * full. Among pairs of equal frequency the first in the order of their pieces is chosen, so that
 * the result is a function of the texts.
 */
final class WordPieceTraining {
  private static final int MIN_FREQUENCY = 2;

  private final List<Word> words = new ArrayList<>();
  private final Map<Pair, Long> counts = new HashMap<>();
  private final Map<Pair, Set<Word>> places = new HashMap<>();
  private final LinkedHashSet<String> vocabulary = new LinkedHashSet<>();

  /** A word in its current pieces. */
  private static final class Word {
    private final long frequency;
    private List<String> pieces;

    private Word(long frequency, List<String> pieces) {
      this.frequency = frequency;
      this.pieces = pieces;
    }
  }

  private record Pair(String first, String second) {
    String joined() {
      return first + second.substring(WordPieceJson.CONTINUATION.length());
    }
  }

  private WordPieceTraining(Iterable<String> texts, boolean lowerCase) {
    Map<String, Long> frequencies = new TreeMap<>();
    for (String text : texts) {
      words(text, lowerCase).forEach(word -> frequencies.merge(word, 1L, Long::sum));
    }
    vocabulary.addAll(WordPieceJson.SPECIAL_TOKENS);
    Set<String> characters = new LinkedHashSet<>();
    frequencies.forEach(
        (word, frequency) -> {
          Word split = new Word(frequency, characters(word));
          characters.addAll(split.pieces);
          words.add(split);
        });
    characters.stream().sorted().forEach(vocabulary::add);
  }

  /**
   * The tokens of a trained vocabulary, in the order of their ids; special tokens first.
   *
   * @param vocabSize maximum number of tokens; the characters of the texts are always included
   */
  static List<String> train(Iterable<String> texts, int vocabSize, boolean lowerCase) {
    WordPieceTraining training = new WordPieceTraining(texts, lowerCase);
    training.merge(vocabSize);
    return List.copyOf(training.vocabulary);
  }

  private void merge(int vocabSize) {
    words.forEach(word -> count(word, 1));
    while (vocabulary.size() < vocabSize) {
      Pair best = mostFrequent();
      if (best == null) {
        return;
      }
      vocabulary.add(best.joined());
      for (Word word : List.copyOf(places.get(best))) {
        count(word, -1);
        word.pieces = merged(word.pieces, best);
        count(word, 1);
      }
    }
  }

  private Pair mostFrequent() {
    Map.Entry<Pair, Long> best =
        counts.entrySet().stream()
            .max(
                Map.Entry.<Pair, Long>comparingByValue()
                    .thenComparing(
                        Map.Entry.comparingByKey(
                            Comparator.comparing(Pair::first)
                                .thenComparing(Pair::second)
                                .reversed())))
            .orElse(null);
    return best == null || best.getValue() < MIN_FREQUENCY ? null : best.getKey();
  }

  private void count(Word word, int sign) {
    for (int i = 0; i + 1 < word.pieces.size(); i++) {
      Pair pair = new Pair(word.pieces.get(i), word.pieces.get(i + 1));
      if (counts.merge(pair, sign * word.frequency, Long::sum) == 0) {
        counts.remove(pair);
        places.remove(pair);
      } else {
        places.computeIfAbsent(pair, _ -> new LinkedHashSet<>()).add(word);
      }
    }
  }

  private static List<String> merged(List<String> pieces, Pair pair) {
    List<String> merged = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      boolean isPair =
          i + 1 < pieces.size()
              && pieces.get(i).equals(pair.first)
              && pieces.get(i + 1).equals(pair.second);
      merged.add(isPair ? pair.joined() : pieces.get(i));
      i += isPair ? 1 : 0;
    }
    return merged;
  }

  private static List<String> characters(String word) {
    List<String> characters = new ArrayList<>();
    word.codePoints()
        .forEach(
            c ->
                characters.add(
                    (characters.isEmpty() ? "" : WordPieceJson.CONTINUATION)
                        + Character.toString(c)));
    return characters;
  }

  /** The words of a text, split as BERT's pre-tokenizer does: at spaces and around punctuation. */
  private static List<String> words(String text, boolean lowerCase) {
    String plain = lowerCase ? withoutAccents(text.toLowerCase(Locale.ROOT)) : text;
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    plain
        .codePoints()
        .forEach(
            c -> {
              boolean ends = Character.isWhitespace(c) || Character.isISOControl(c);
              if (ends || standsAlone(c)) {
                add(words, word);
              }
              if (!ends) {
                word.appendCodePoint(c);
              }
              if (standsAlone(c)) {
                add(words, word);
              }
            });
    add(words, word);
    return words;
  }

  private static void add(List<String> words, StringBuilder word) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private static String withoutAccents(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{Mn}", "");
  }

  /** Punctuation as in BERT, with the symbols of ASCII, and Chinese characters. */
  private static boolean standsAlone(int c) {
    boolean isAsciiSymbol = c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
    return isAsciiSymbol || isPunctuation(c) || Character.isIdeographic(c);
  }

  private static boolean isPunctuation(int c) {
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }
}
