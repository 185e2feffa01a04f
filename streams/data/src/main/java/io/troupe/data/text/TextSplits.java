package io.troupe.data.text;

import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.Normalization;
import io.troupe.data.dataset.PerSplit;
import java.util.Optional;

/** The datasets of texts with their description. */
final class TextSplits {
  private TextSplits() {}

  /**
   * The datasets.
   *
   * @param what the examples, such as {@code labeled texts}
   */
  static DataSplits of(String what, PerSplit<Dataset> parts, TextEncoder encoder) {
    Dataset train = parts.train();
    Dataset test = parts.test().orElseThrow();
    String description =
        "%s of up to %d tokens (vocabulary %,d): %,d training%s and %,d test examples%s"
            .formatted(
                what,
                encoder.maxLength(),
                encoder.tokenizer().vocabSize(),
                train.size(),
                parts
                    .validation()
                    .map(held -> ", %,d validation".formatted(held.size()))
                    .orElse(""),
                test.size(),
                train.spec().numClasses() > 0
                    ? ", %d classes".formatted(train.spec().numClasses())
                    : "");
    return new DataSplits(
        description, train, parts.validation(), test, Normalization.NONE, Optional.empty());
  }
}
