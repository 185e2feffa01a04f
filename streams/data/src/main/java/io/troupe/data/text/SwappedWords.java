package io.troupe.data.text;

import io.troupe.data.DataFormatException;
import io.troupe.data.dataset.PerSplit;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.Value;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Makes labeled sentences of texts: in half of them, drawn from a seed, two neighboring words are
 * exchanged. It is the task "bigram shift" of SentEval (arXiv:1805.01070, section 2.2), in which a
 * model shows how much it knows about the order of words.
 *
 * <p>Sentences have 5 to 25 words. Exchanged words differ and consist of letters only, so that
 * punctuation stays in its place.
 */
public final class SwappedWords {
  private static final String LABEL = "label";
  private static final String ORIGINAL = "original";
  private static final String SWAPPED = "swapped";
  private static final int LEAST_WORDS = 5;
  private static final int MOST_WORDS = 25;
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?][\"']?)\\s+");
  private static final Pattern WORD = Pattern.compile("\\p{L}+");

  private SwappedWords() {}

  /**
   * Sentences of the texts of each set, with columns {@code text} and {@code label}.
   *
   * @throws DataFormatException if a set has no sentence
   */
  public static PerSplit<List<Row>> of(PerSplit<List<Row>> rows, long seed) {
    return rows.map(part -> sentences(part, Philox.of(seed)));
  }

  private static List<Row> sentences(List<Row> rows, Philox seed) {
    List<Row> sentences = new ArrayList<>();
    for (Row row : rows) {
      String text = row.requireText(TextRows.TEXT);
      Philox ofRow = seed.derive(row.index());
      int number = 0;
      for (String sentence : SENTENCE_END.split(text.strip())) {
        add(sentence, row.where(), ofRow.derive(number++), sentences);
      }
    }
    if (sentences.isEmpty()) {
      throw new DataFormatException(
          "texts must have sentences of %d to %d words, got none in %d rows"
              .formatted(LEAST_WORDS, MOST_WORDS, rows.size()));
    }
    return sentences;
  }

  private static void add(String sentence, String where, Philox draws, List<Row> sentences) {
    String[] words = sentence.strip().split("\\s+");
    int[] places =
        IntStream.range(0, words.length - 1).filter(i -> canSwap(words[i], words[i + 1])).toArray();
    if (words.length < LEAST_WORDS || words.length > MOST_WORDS || places.length == 0) {
      return;
    }
    boolean isSwapped = draws.uniform(0) < 0.5;
    if (isSwapped) {
      int place = places[(int) (draws.uniform(1) * places.length)];
      String first = words[place];
      words[place] = words[place + 1];
      words[place + 1] = first;
    }
    Map<String, Value> columns = new LinkedHashMap<>();
    columns.put(TextRows.TEXT, Value.text(String.join(" ", words)));
    columns.put(LABEL, Value.text(isSwapped ? SWAPPED : ORIGINAL));
    sentences.add(new Row(sentences.size(), where, columns));
  }

  private static boolean canSwap(String first, String second) {
    return WORD.matcher(first).matches()
        && WORD.matcher(second).matches()
        && !first.toLowerCase(Locale.ROOT).equals(second.toLowerCase(Locale.ROOT));
  }
}
