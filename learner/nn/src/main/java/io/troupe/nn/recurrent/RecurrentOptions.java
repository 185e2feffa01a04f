package io.troupe.nn.recurrent;

/**
 * The size and kind of a recurrent layer, with the names of {@code torch.nn.LSTM}.
 *
 * <p>Difference from PyTorch: {@code batchFirst} is true by default.
 *
 * @param inputSize features of a step, 1 or more
 * @param hiddenSize units of each direction, 1 or more
 * @param numLayers stacked layers, 1 or more
 * @param bias whether there are biases
 * @param batchFirst whether sequences are (batch, time, features) rather than (time, batch,
 *     features); states are (layers, batch, hidden) in both cases
 * @param dropout dropout probability between layers in training, in [0, 1)
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
          "inputSize, hiddenSize and numLayers must be 1 or more, got "
              + inputSize
              + ", "
              + hiddenSize
              + " and "
              + numLayers);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), got " + dropout);
    }
  }

  /** One unidirectional layer with biases, batch first. */
  public static RecurrentOptions of(int inputSize, int hiddenSize) {
    return new RecurrentOptions(inputSize, hiddenSize, 1, true, true, 0, false);
  }

  /** These options with this many layers. */
  public RecurrentOptions withNumLayers(int layers) {
    return new RecurrentOptions(
        inputSize, hiddenSize, layers, bias, batchFirst, dropout, bidirectional);
  }

  /** These options with biases or without. */
  public RecurrentOptions withBias(boolean with) {
    return new RecurrentOptions(
        inputSize, hiddenSize, numLayers, with, batchFirst, dropout, bidirectional);
  }

  /** These options with the batch first or time first. */
  public RecurrentOptions withBatchFirst(boolean first) {
    return new RecurrentOptions(
        inputSize, hiddenSize, numLayers, bias, first, dropout, bidirectional);
  }

  /** These options with dropout between layers. */
  public RecurrentOptions withDropout(double probability) {
    return new RecurrentOptions(
        inputSize, hiddenSize, numLayers, bias, batchFirst, probability, bidirectional);
  }

  /** These options, bidirectional or unidirectional. */
  public RecurrentOptions withBidirectional(boolean both) {
    return new RecurrentOptions(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, both);
  }

  /** 2 if bidirectional, otherwise 1. */
  public int numDirections() {
    return bidirectional ? 2 : 1;
  }

  /** Features of a step of the output. */
  public int outputSize() {
    return numDirections() * hiddenSize;
  }
}
