package io.troupe.data.graph;

import io.troupe.data.DataFormatException;
import io.troupe.data.Permutation;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.tensor.random.Philox;
import java.util.stream.IntStream;

/**
 * A drawn split of labeled nodes: a function of {@code split-seed} and the number of nodes.
 *
 * @param train nodes of the training set, ascending
 * @param validation nodes of the validation set, ascending
 * @param test nodes of the test set, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // made here, never changed
record LabeledSplit(int[] train, int[] validation, int[] test) {
  private static final long STREAM = 0x73706C6974L; // "split"

  /**
   * Draws the share {@code test-fraction} as the test set, and {@code validation-fraction} of the
   * others as the validation set.
   */
  static LabeledSplit of(int[] labeled, DatasetConfig config) {
    int numTest = share(labeled.length, config.testFraction());
    int numValidation = share(labeled.length - numTest, config.validationFraction());
    if (numTest < 1 || numTest + numValidation >= labeled.length) {
      throw new DataFormatException(
          "test-fraction and validation-fraction must leave nodes for the training and the test set, got %d of %d labeled nodes for the test set and %d for the validation set"
              .formatted(numTest, labeled.length, numValidation));
    }
    int[] order = Permutation.of(Philox.of(config.splitSeed()).derive(STREAM), labeled.length);
    return new LabeledSplit(
        chosen(labeled, order, numTest + numValidation, labeled.length),
        chosen(labeled, order, numTest, numTest + numValidation),
        chosen(labeled, order, 0, numTest));
  }

  private static int[] chosen(int[] labeled, int[] order, int from, int to) {
    return IntStream.range(from, to).map(i -> labeled[order[i]]).sorted().toArray();
  }

  /** A share of some nodes; at least 1 if the fraction is not 0. */
  private static int share(int numNodes, double fraction) {
    return fraction == 0 ? 0 : Math.max(1, (int) Math.round(numNodes * fraction));
  }
}
