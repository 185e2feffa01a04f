package io.troupe.tensor.cpu.convolution;

import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;

/** Rows of results that start with the bias of their channels. */
final class BiasRows {
  private BiasRows() {}

  /**
   * Fills rows.
   *
   * @param to first element, with {@code rowBytes} from row to row
   * @param bias of the first row
   */
  static void fill(long to, long rowBytes, int rows, int count, long bias) {
    int whole = Lanes.whole(count);
    for (int i = 0; i < rows; i++) {
      float start = Memory.getFloat(bias + 4L * i);
      long row = to + i * rowBytes;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        Lanes.store(Lanes.all(start), row + 4L * j);
      }
      for (int j = whole; j < count; j++) {
        Memory.setFloat(row + 4L * j, start);
      }
    }
  }
}
