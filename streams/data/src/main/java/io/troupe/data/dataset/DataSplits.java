package io.troupe.data.dataset;

import java.util.Optional;

/**
 * What a data source holds.
 *
 * @param description what was recognised, in a line
 * @param train to learn from
 * @param validation held out of the training part; empty unless asked for
 * @param test what accuracy is measured on
 * @param normalization that the inputs have had
 * @param vocabulary of text; empty for other data
 */
public record DataSplits(
    String description,
    Dataset train,
    Optional<Dataset> validation,
    Dataset test,
    Normalization normalization,
    Optional<CharVocabulary> vocabulary) {

  /** With a description of a format, the number of examples and their shape. */
  DataSplits describedAs(String format) {
    ExampleSpec spec = train.spec();
    String line =
        "%s: %,d training%s and %,d test examples of %s%s"
            .formatted(
                format,
                train.size(),
                validation.map(held -> ", %,d validation".formatted(held.size())).orElse(""),
                test.size(),
                spec.shape(),
                spec.numClasses() > 0 ? ", %d classes".formatted(spec.numClasses()) : "");
    return new DataSplits(line, train, validation, test, normalization, vocabulary);
  }
}
