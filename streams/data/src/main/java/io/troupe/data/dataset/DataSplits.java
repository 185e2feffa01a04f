package io.troupe.data.dataset;

import io.troupe.data.shapes.CaptionWords;
import java.util.Optional;

/**
 * The datasets of a data source.
 *
 * @param description format and sizes, in one line
 * @param train training set
 * @param validation validation set; empty if there is none
 * @param test test set
 * @param normalization applied to the inputs
 * @param vocabulary of text; empty for other data
 * @param captions words of the captions of images; empty if they have none
 */
public record DataSplits(
    String description,
    Dataset train,
    Optional<Dataset> validation,
    Dataset test,
    Normalization normalization,
    Optional<CharVocabulary> vocabulary,
    Optional<CaptionWords> captions) {

  /** Data without captions. */
  public DataSplits(
      String description,
      Dataset train,
      Optional<Dataset> validation,
      Dataset test,
      Normalization normalization,
      Optional<CharVocabulary> vocabulary) {
    this(description, train, validation, test, normalization, vocabulary, Optional.empty());
  }

  /** The same images, whose captions have these words. */
  DataSplits withCaptions(CaptionWords words) {
    return new DataSplits(
        description, train, validation, test, normalization, vocabulary, Optional.of(words));
  }

  /**
   * The images of two domains. An example has an {@code input} of the first domain and a {@code
   * target} of the second; these two images are not a pair.
   *
   * @throws IllegalArgumentException if there are not two domains
   */
  public DataSplits unpaired() {
    return new DataSplits(
            description,
            new UnpairedImages(train),
            validation.map(UnpairedImages::new),
            new UnpairedImages(test),
            normalization,
            vocabulary)
        .describedAs("images of two domains");
  }

  /** The same datasets with a description: the format, the number of examples and their shape. */
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
    return new DataSplits(line, train, validation, test, normalization, vocabulary, captions);
  }
}
