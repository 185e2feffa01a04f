package io.troupe.tensor.cpu.images;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.products.PackedPanels;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;

/**
 * The gradients of the windows of one group with adjacent channels: panels of {@link
 * PackedPanels#COLUMNS} channels with a row for each window.
 *
 * @param dOut address of the gradients of the windows
 * @param address room for {@link #bytes}
 */
public record GradientPanels(ConvolutionShape s, long dOut, long address) {

  /** Panels that the channels of a group fill. */
  public static int count(ConvolutionShape s) {
    return PackedPanels.count(s.groupOut());
  }

  /** Bytes of the panels. */
  public static long bytes(ConvolutionShape s) {
    return count(s) * s.columns() * ROW_BYTES;
  }

  /** Bytes from one panel to the next. */
  public long panelBytes() {
    return s.columns() * ROW_BYTES;
  }

  /** Fills the panels with the gradients of a group. */
  public void fill(ComputePool pool, int group) {
    Partition.rows(pool, s.columns(), s.groupOut(), (first, last) -> fill(group, first, last));
  }

  private void fill(int group, long first, long last) {
    for (long column = first; column < last; ) {
      long n = column / s.outPlane();
      long p = column % s.outPlane();
      int rows = (int) Math.min(last - column, s.outPlane() - p);
      long from =
          dOut + 4 * ((n * s.outChannels() + (long) group * s.groupOut()) * s.outPlane() + p);
      for (int panel = 0; panel < count(s); panel++) {
        int channels = Math.min(COLUMNS, s.groupOut() - panel * COLUMNS);
        long to = address + panel * panelBytes() + column * ROW_BYTES;
        if (channels < COLUMNS) {
          Memory.clear(to, (long) rows * ROW_BYTES);
        }
        Transposition.run(
            from + 4L * panel * COLUMNS * s.outPlane(),
            4L * s.outPlane(),
            channels,
            rows,
            to,
            ROW_BYTES);
      }
      column += rows;
    }
  }
}
