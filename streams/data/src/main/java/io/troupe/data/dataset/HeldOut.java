package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.Permutation;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;

/**
 * Which examples of one source are trained on and which are held out: a function of the seed and
 * the number of examples.
 *
 * @param train in the order of the source
 * @param validation empty unless asked for
 * @param test empty where the source has a test part of its own
 */
@SuppressWarnings("ArrayRecordComponent") // made here, never changed
record HeldOut(int[] train, int[] validation, int[] test) {
  private static final long STREAM = 0x73706C6974L; // "split"

  /**
   * Holds out what the settings ask for.
   *
   * @param source for messages
   * @param own parts that the source has are not taken out of it
   * @throws DataFormatException if it has too few examples
   */
  static HeldOut of(Object source, int numExamples, Parts<?> own, DatasetConfig config) {
    int numTest = own.test().isPresent() ? 0 : share(numExamples, config.testFraction());
    int numValidation =
        own.validation().isPresent()
            ? 0
            : share(numExamples - numTest, config.validationFraction());
    int numTrain = numExamples - numTest - numValidation;
    if (numTrain < 1) {
      throw new DataFormatException(
          "%s holds %d examples, too few to train on some and to hold others out"
              .formatted(source, numExamples));
    }
    int[] order = Permutation.of(Philox.of(config.splitSeed()).derive(STREAM), numExamples);
    return new HeldOut(
        sorted(order, numTest + numValidation, numExamples),
        sorted(order, numTest, numTest + numValidation),
        sorted(order, 0, numTest));
  }

  /** At least one where there is to be any. */
  private static int share(int numExamples, double fraction) {
    return fraction == 0 ? 0 : Math.max(1, (int) Math.round(numExamples * fraction));
  }

  private static int[] sorted(int[] order, int from, int to) {
    int[] part = Arrays.copyOfRange(order, from, to);
    Arrays.sort(part);
    return part;
  }
}
