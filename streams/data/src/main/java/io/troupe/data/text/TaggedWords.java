package io.troupe.data.text;

import io.troupe.data.DataFormatException;
import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.PerSplit;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.Value;
import io.troupe.data.text.TextExamples.Targets;
import io.troupe.protocols.config.DatasetConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts whose words have classes: columns {@code tokens}, a list of words, and {@code tags}, a list
 * of their classes, or the column that {@code label-column} names. The first piece of a word has
 * its class; the other pieces are left out of the loss.
 */
public final class TaggedWords {
  private static final String WORDS = "tokens";
  private static final String TAGS = "tags";

  private TaggedWords() {}

  /**
   * The datasets of some rows.
   *
   * @throws DataFormatException if a row does not have as many tags as words, or a tag is not one
   *     of those of the training set
   */
  public static DataSplits of(PerSplit<List<Row>> rows, TextEncoder encoder, DatasetConfig config) {
    String column = config.labelColumn().isEmpty() ? TAGS : config.labelColumn();
    ClassNames classes =
        ClassNames.of(
            "column " + column,
            rows.train().stream().flatMap(row -> texts(row, column).stream()).toList(),
            config.numClasses());
    return TextSplits.of(
        "tagged texts", rows.map(part -> examples(part, column, classes, encoder)), encoder);
  }

  private static TextExamples examples(
      List<Row> rows, String column, ClassNames classes, TextEncoder encoder) {
    List<EncodedText> texts = new ArrayList<>();
    List<int[]> labels = new ArrayList<>();
    for (Row row : rows) {
      add(row, texts(row, column), classes, encoder, texts, labels);
    }
    return new TextExamples(texts, new Targets.OfTokens(labels), classes.names(), encoder);
  }

  private static void add(
      Row row,
      List<String> tags,
      ClassNames classes,
      TextEncoder encoder,
      List<EncodedText> texts,
      List<int[]> labels) {
    List<String> words = texts(row, WORDS);
    if (words.size() != tags.size()) {
      throw new DataFormatException(
          "%s must have as many tags as tokens, %d, got %d"
              .formatted(row.where(), words.size(), tags.size()));
    }
    int[] ids = new int[0];
    int[] classOf = {TextExamples.IGNORED}; // of [CLS]
    for (int i = 0; i < words.size(); i++) {
      int[] pieces = encoder.split(words.get(i)).ids();
      int label = classes.of(row.where(), tags.get(i));
      ids = joined(ids, pieces);
      int[] ofWord = new int[pieces.length];
      Arrays.fill(ofWord, TextExamples.IGNORED);
      if (pieces.length > 0) {
        ofWord[0] = label;
      }
      classOf = joined(classOf, ofWord);
    }
    EncodedText encoded = encoder.single(ids);
    int[] ofTokens = Arrays.copyOf(classOf, encoded.length());
    ofTokens[encoded.length() - 1] = TextExamples.IGNORED; // of [SEP]
    texts.add(encoded);
    labels.add(ofTokens);
  }

  private static int[] joined(int[] first, int[] second) {
    int[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static List<String> texts(Row row, String column) {
    if (row.require(column) instanceof Value.Items(List<Value> values)) {
      return values.stream().map(Value::asText).toList();
    }
    throw new DataFormatException(
        "%s: column %s must be a list, got %s"
            .formatted(row.where(), column, row.require(column).asText()));
  }
}
