package io.troupe.nn.recurrent;

/**
 * The size and kind of a recurrent layer, with the names of {@code torch.nn.LSTM}.
 *
 * <p>Difference from PyTorch: {@code batchFirst} is true unless said otherwise.
 *
 * @param inputSize features of a step, 1 or more
 * @param hiddenSize units of each direction, 1 or more
 * @param numLayers layers on top of each other, 1 or more
 * @param bias whether there are biases
 * @param batchFirst whether sequences are (batch, time, features) rather than (time, batch,
 *     features); states are (layers, batch, hidden) all the same
 * @param dropout probability with which what goes from layer to layer is dropped in training, in
 *     [0, 1)
 * @param bidirectional whether each layer reads its input in both directions
 */
public record RecurrentOptions(
    int inputSize,
    int hiddenSize,
    int numLayers,
    boolean bias,
    boolean batchFirst,
    double dropout,
    boolean bidirectional) {

  /** Checks the sizes. */
  public RecurrentOptions {
    if (inputSize < 1 || hiddenSize < 1 || numLayers < 1) {
      throw new IllegalArgumentException(
          "inputSize="
              + inputSize
              + ", hiddenSize="
              + hiddenSize
              + ", numLayers="
              + numLayers
              + ": expected 1 or more of each");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout=" + dropout + ": expected a number in [0, 1)");
    }
  }

  /** One layer in one direction, with biases, batch first. */
  public static RecurrentOptions of(int inputSize, int hiddenSize) {
    return new RecurrentOptions(inputSize, hiddenSize, 1, true, true, 0, false);
  }

  /** The same with this many layers. */
  public RecurrentOptions withNumLayers(int layers) {
    return new RecurrentOptions(
        inputSize, hiddenSize, layers, bias, batchFirst, dropout, bidirectional);
  }

  /** The same with biases or without. */
  public RecurrentOptions withBias(boolean with) {
    return new RecurrentOptions(
        inputSize, hiddenSize, numLayers, with, batchFirst, dropout, bidirectional);
  }

  /** The same with the batch first or time first. */
  public RecurrentOptions withBatchFirst(boolean first) {
    return new RecurrentOptions(
        inputSize, hiddenSize, numLayers, bias, first, dropout, bidirectional);
  }

  /** The same with dropout between layers. */
  public RecurrentOptions withDropout(double probability) {
    return new RecurrentOptions(
        inputSize, hiddenSize, numLayers, bias, batchFirst, probability, bidirectional);
  }

  /** The same in both directions or in one. */
  public RecurrentOptions withBidirectional(boolean both) {
    return new RecurrentOptions(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, both);
  }

  /** 2 in both directions, else 1. */
  public int numDirections() {
    return bidirectional ? 2 : 1;
  }

  /** Features of a step of the output. */
  public int outputSize() {
    return numDirections() * hiddenSize;
  }
}
