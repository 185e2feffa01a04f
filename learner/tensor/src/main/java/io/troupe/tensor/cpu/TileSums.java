package io.troupe.tensor.cpu;

import static io.troupe.tensor.cpu.PackedPanels.ROW_BYTES;

/**
 * Collects tiles in a matrix.
 *
 * @param target its first element, with {@code rowBytes} from row to row
 * @param isFirst whether it is overwritten instead of added to
 */
record TileSums(long target, long rowBytes, boolean isFirst) implements Tiles.Sink {

  @Override
  public void take(int row, int rows, int panel, int panels, long sums) {
    for (int i = 0; i < rows; i++) {
      long to = target + (row + i) * rowBytes + (long) panel * ROW_BYTES;
      long from = sums + i * ProductScratch.SUMS_ROW_BYTES;
      for (long at = 0; at < (long) panels * ROW_BYTES; at += PackedPanels.VECTOR_BYTES) {
        var more = Lanes.load(from + at);
        Lanes.store(isFirst ? more : Lanes.load(to + at).add(more), to + at);
      }
    }
  }
}
