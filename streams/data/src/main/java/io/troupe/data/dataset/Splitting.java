package io.troupe.data.dataset;

import io.troupe.protocols.config.DatasetConfig;
import java.util.List;
import java.util.Optional;

/** Makes the training, validation and test datasets of what a source holds. */
final class Splitting {
  private Splitting() {}

  /**
   * Holds out what is missing, and normalises as the settings say.
   *
   * @param format for the description
   * @param classNames by label; empty where there are none
   */
  static DataSplits splits(
      String format, DatasetConfig config, List<String> classNames, Parts<Part> own) {
    Parts<Part> shaped = own.map(part -> part.shaped(config));
    Part train = shaped.train();
    Parts<Part> parts = shaped.map(part -> part.requireLike(train));
    HeldOut heldOut = HeldOut.of(train.source(), train.size(), parts, config);
    Normalization normalization = normalization(config, train, heldOut.train());
    Parts<Dataset> datasets = parts.map(part -> part.dataset(classNames, normalization));
    return splits(heldOut, datasets, normalization).describedAs(format);
  }

  /** The splits of examples of which some are held out. */
  static DataSplits splits(HeldOut heldOut, Parts<Dataset> parts, Normalization normalization) {
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

  private static Normalization normalization(DatasetConfig config, Part part, int[] train) {
    if (!config.normalize()) {
      return new Normalization(config.mean(), config.std());
    }
    ExampleValues trained =
        (index, target, offset) -> part.input().read(train[index], target, offset);
    return Normalization.of(trained, train.length, part.sizes());
  }
}
