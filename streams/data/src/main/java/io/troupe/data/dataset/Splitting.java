package io.troupe.data.dataset;

import io.troupe.protocols.config.DatasetConfig;
import java.util.List;
import java.util.Optional;

/** Makes the training, validation and test datasets of a source. */
final class Splitting {
  private Splitting() {}

  /**
   * Draws the splits that the source does not define, and normalizes as configured.
   *
   * @param format for the description
   * @param classNames by label; empty if there are none
   */
  static DataSplits splits(
      String format, DatasetConfig config, List<String> classNames, PerSplit<SplitExamples> own) {
    PerSplit<SplitExamples> shaped = own.map(part -> part.shaped(config).rendered(config));
    SplitExamples train = shaped.train();
    PerSplit<SplitExamples> parts = shaped.map(part -> part.requireLike(train));
    SplitIndices heldOut = SplitIndices.of(train.source(), train.size(), parts, config);
    Normalization normalization = normalization(config, train, heldOut.train());
    PerSplit<Dataset> datasets = parts.map(part -> part.dataset(classNames, normalization));
    return splits(heldOut, datasets, normalization).describedAs(format);
  }

  /** The datasets of drawn splits. */
  static DataSplits splits(
      SplitIndices heldOut, PerSplit<Dataset> parts, Normalization normalization) {
    Dataset whole = parts.train();
    Optional<Dataset> validation =
        heldOut.validation().length == 0
            ? parts.validation()
            : Optional.of(whole.subset(heldOut.validation()));
    return new DataSplits(
        "",
        heldOut.train().length == whole.size() ? whole : whole.subset(heldOut.train()),
        validation,
        parts.test().orElseGet(() -> whole.subset(heldOut.test())),
        normalization,
        Optional.empty());
  }

  private static Normalization normalization(
      DatasetConfig config, SplitExamples part, int[] train) {
    if (!config.normalize()) {
      return new Normalization(config.mean(), config.std());
    }
    ExampleValues trained =
        (index, target, offset) -> part.input().read(train[index], target, offset);
    return Normalization.of(trained, train.length, part.sizes());
  }
}
