package io.troupe.streams.dataset;

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
   * @param all the training part, and all examples where there is no test part
   * @param own the source's own test part
   */
  static DataSplits splits(
      String format, DatasetConfig config, List<String> classNames, Part all, Optional<Part> own) {
    Part train = all.shaped(config);
    Optional<Part> test = own.map(part -> part.shaped(config));
    test.ifPresent(part -> part.requireLike(train));
    HeldOut heldOut = HeldOut.of(train.source(), train.size(), test.isEmpty(), config);
    Normalization normalization = normalization(config, train, heldOut.train());
    Dataset whole = train.dataset(classNames, normalization);
    DataSplits splits =
        splits(
            heldOut,
            whole,
            test.map(part -> part.dataset(classNames, normalization)),
            normalization);
    return splits.describedAs(format);
  }

  /** The splits of examples that are not normalised. */
  static DataSplits splits(HeldOut heldOut, Dataset whole, Optional<Dataset> test) {
    return splits(heldOut, whole, test, Normalization.NONE);
  }

  private static DataSplits splits(
      HeldOut heldOut, Dataset whole, Optional<Dataset> test, Normalization normalization) {
    return new DataSplits(
        "",
        heldOut.train().length == whole.size() ? whole : whole.subset(heldOut.train()),
        heldOut.validation().length == 0
            ? Optional.empty()
            : Optional.of(whole.subset(heldOut.validation())),
        test.orElseGet(() -> whole.subset(heldOut.test())),
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
