package io.troupe.data.text;

import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.PerSplit;
import io.troupe.data.rows.Row;
import io.troupe.data.text.TextExamples.Targets;
import io.troupe.protocols.config.DatasetConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Texts, or pairs of texts, with a class each: columns {@code text}, {@code text_pair} (optional)
 * and {@code label}, or the column that {@code label-column} names.
 */
public final class LabeledTexts {
  private static final String PAIR = "text_pair";
  private static final String LABEL = "label";

  private LabeledTexts() {}

  /**
   * The datasets of some rows.
   *
   * @throws io.troupe.data.DataFormatException if a row has no text or label, or a label is not one
   *     of those of the training set
   */
  public static DataSplits of(PerSplit<List<Row>> rows, TextEncoder encoder, DatasetConfig config) {
    String column = config.labelColumn().isEmpty() ? LABEL : config.labelColumn();
    ClassNames classes =
        ClassNames.of(
            "column " + column,
            rows.train().stream()
                .map(row -> row.requireText(column))
                .collect(Collectors.toCollection(ArrayList::new)),
            config.numClasses());
    return TextSplits.of(
        "labeled texts", rows.map(part -> examples(part, column, classes, encoder)), encoder);
  }

  private static TextExamples examples(
      List<Row> rows, String column, ClassNames classes, TextEncoder encoder) {
    List<EncodedText> texts = rows.stream().map(row -> encoded(row, encoder)).toList();
    int[] labels =
        rows.stream().mapToInt(row -> classes.of(row.where(), row.requireText(column))).toArray();
    return new TextExamples(texts, new Targets.OfTexts(labels), classes.names(), encoder);
  }

  private static EncodedText encoded(Row row, TextEncoder encoder) {
    int[] text = encoder.split(row.requireText(TextRows.TEXT)).ids();
    return row.find(PAIR).isPresent()
        ? encoder.pair(text, encoder.split(row.requireText(PAIR)).ids())
        : encoder.single(text);
  }
}
