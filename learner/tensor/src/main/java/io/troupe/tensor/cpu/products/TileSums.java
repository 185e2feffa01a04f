package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;
import static io.troupe.tensor.cpu.products.PackedPanels.VECTOR_BYTES;

import io.troupe.tensor.cpu.vectors.Lanes;

/**
 * Collects tiles in a matrix.
 *
 * @param target its first element, with {@code rowBytes} from row to row
 * @param isFirst whether it is overwritten instead of added to
 */
public record TileSums(long target, long rowBytes, boolean isFirst) implements Tiles.Sink {

  @Override
  public void take(int row, int rows, int panel, int panels, long sums) {
    for (int i = 0; i < rows; i++) {
      long to = target + (row + i) * rowBytes + (long) panel * ROW_BYTES;
      long from = sums + i * ProductScratch.SUMS_ROW_BYTES;
      if (isFirst) {
        copy(to, from, panels * ROW_BYTES);
      } else {
        add(to, from, panels * ROW_BYTES);
      }
    }
  }

  private static void copy(long to, long from, int bytes) {
    for (int at = 0; at < bytes; at += VECTOR_BYTES) {
      Lanes.store(Lanes.load(from + at), to + at);
    }
  }

  private static void add(long to, long from, int bytes) {
    for (int at = 0; at < bytes; at += VECTOR_BYTES) {
      Lanes.store(Lanes.load(to + at).add(Lanes.load(from + at)), to + at);
    }
  }
}
