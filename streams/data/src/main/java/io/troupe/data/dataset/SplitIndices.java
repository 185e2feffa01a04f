package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.Permutation;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The indices of the examples of each split of one source: a function of the seed and the number of
 * examples.
 *
 * @param train indices of the training set, in the order of the source
 * @param validation indices of the validation set; empty if it is not configured
 * @param test indices of the test set; empty if the source has its own test set
 */
@SuppressWarnings("ArrayRecordComponent") // made here, never changed
public record SplitIndices(int[] train, int[] validation, int[] test) {
  private static final long STREAM = 0x73706C6974L; // "split"

  /**
   * Draws the splits of the settings.
   *
   * @param source for messages
   * @param own splits that the source defines; they are not drawn
   * @throws DataFormatException if it has too few examples
   */
  public static SplitIndices of(
      Object source, int numExamples, PerSplit<?> own, DatasetConfig config) {
    int numTest = own.test().isPresent() ? 0 : share(numExamples, config.testFraction());
    int numValidation =
        own.validation().isPresent()
            ? 0
            : share(numExamples - numTest, config.validationFraction());
    int numTrain = numExamples - numTest - numValidation;
    if (numTrain < 1) {
      throw new DataFormatException(
          "%s must have enough examples to train on some and to hold others out, got %d"
              .formatted(source, numExamples));
    }
    int used = share(numTrain, config.trainFraction());
    int[] order = Permutation.of(Philox.of(config.splitSeed()).derive(STREAM), numExamples);
    return new SplitIndices(
        sorted(order, numTest + numValidation, numTest + numValidation + used),
        sorted(order, numTest, numTest + numValidation),
        sorted(order, 0, numTest));
  }

  /**
   * Divides a list that may be divided in the source: the splits of the source, and those that are
   * drawn of its training set.
   *
   * @param source for messages
   * @return with a test set
   */
  public static <T> PerSplit<List<T>> divide(
      Object source, PerSplit<List<T>> own, DatasetConfig config) {
    List<T> all = own.train();
    SplitIndices drawn = of(source, all.size(), own, config);
    return new PerSplit<>(
        at(all, drawn.train),
        drawn.validation.length == 0 ? own.validation() : Optional.of(at(all, drawn.validation)),
        own.test().or(() -> Optional.of(at(all, drawn.test))));
  }

  private static <T> List<T> at(List<T> all, int[] indices) {
    return Arrays.stream(indices).mapToObj(all::get).toList();
  }

  /** The number of examples of a split; at least 1 if the fraction is not 0. */
  private static int share(int numExamples, double fraction) {
    return fraction == 0 ? 0 : Math.max(1, (int) Math.round(numExamples * fraction));
  }

  private static int[] sorted(int[] order, int from, int to) {
    int[] part = Arrays.copyOfRange(order, from, to);
    Arrays.sort(part);
    return part;
  }
}
