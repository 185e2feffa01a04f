package io.troupe.tensor.cpu.images;

import io.troupe.tensor.cpu.vectors.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Neighboring windows as columns of a matrix: column j is window j of a batch, image by image, and
 * row k the input of product k of each window. The matrix is computed block by block when it is
 * needed.
 *
 * <p>Columns are split into reads, whose windows are in one row of one image, and writes, whose
 * windows are in one image.
 */
public final class WindowColumns {
  private final ConvolutionShape s;
  private final long imageBytes;
  private final long windowRowBytes;
  private final Runs reads;
  private final Runs writes;

  /** Runs of columns that are contiguous in memory. */
  private static final class Runs {
    private final int[] column;
    private final int[] length;
    private final long[] offset;
    private int count;

    Runs(int most) {
      column = new int[most];
      length = new int[most];
      offset = new long[most];
    }

    void add(int fromColumn, int columns, long at) {
      column[count] = fromColumn;
      length[count] = columns;
      offset[count++] = at;
    }
  }

  /**
   * Columns of a convolution.
   *
   * @param imageBytes from one padded image to the next
   * @param most the most columns at once
   */
  public WindowColumns(PaddedImages images, long imageBytes, int most) {
    this.s = images.s();
    this.imageBytes = imageBytes;
    this.windowRowBytes = images.rowBytes() * s.window().height().stride();
    this.reads = new Runs(most);
    this.writes = new Runs(most);
  }

  /**
   * Moves to columns {@code [first, first + count)}.
   *
   * @param firstImage the image that offsets are counted from
   */
  public void moveTo(long first, int count, int firstImage) {
    reads.count = 0;
    writes.count = 0;
    for (int column = 0; column < count; ) {
      int n = (int) ((first + column) / s.outPlane());
      int p = (int) ((first + column) % s.outPlane());
      int length = Math.min(count - column, s.outPlane() - p);
      writes.add(column, length, 4L * ((long) n * s.outChannels() * s.outPlane() + p));
      addReads(column, length, n - firstImage, p);
      column += length;
    }
  }

  private void addReads(int column, int length, int image, int p) {
    int left = length;
    int row = p / s.outWidth();
    int across = p % s.outWidth();
    while (left > 0) {
      int part = Math.min(left, s.outWidth() - across);
      reads.add(
          column + length - left, part, image * imageBytes + row * windowRowBytes + 4L * across);
      left -= part;
      row++;
      across = 0;
    }
  }

  /**
   * Copies rows of the matrix. Vectors are written whole: each row is followed by one vector's
   * room, which the next row may be.
   *
   * @param target the first row, with {@code rowBytes} from row to row
   * @param offsets of all rows, from {@link PaddedImages#offsets}; the first is {@code from}
   * @param images the first channel of the padded images
   */
  public void copyRows(
      long target, long rowBytes, int rows, long[] offsets, int from, long images) {
    for (int row = 0; row < rows; row++) {
      long to = target + row * rowBytes;
      long source = images + offsets[from + row];
      for (int run = 0; run < reads.count; run++) {
        long at = to + 4L * reads.column[run];
        long read = source + reads.offset[run];
        int length = reads.length[run];
        for (int i = 0; i < length; i += Lanes.COUNT) {
          Lanes.store(Lanes.load(read + 4L * i), at + 4L * i);
        }
      }
    }
  }

  /** Adds one row of the matrix to the elements that it was read from. */
  public void addRow(long row, long offset, long images) {
    for (int run = 0; run < reads.count; run++) {
      long from = row + 4L * reads.column[run];
      long to = images + offset + reads.offset[run];
      int length = reads.length[run];
      int whole = Lanes.whole(length);
      for (int i = 0; i < whole; i += Lanes.COUNT) {
        Lanes.store(Lanes.load(to + 4L * i).add(Lanes.load(from + 4L * i)), to + 4L * i);
      }
      if (whole < length) {
        VectorMask<Float> rest = Lanes.first(length - whole);
        FloatVector before = Lanes.load(to + 4L * whole, rest);
        Lanes.store(before.add(Lanes.load(from + 4L * whole)), to + 4L * whole, rest);
      }
    }
  }

  /** Writes one row of sums to an output channel, added to a number. */
  public void write(long channel, long sums, float start) {
    FloatVector added = Lanes.all(start);
    for (int run = 0; run < writes.count; run++) {
      long from = sums + 4L * writes.column[run];
      long to = channel + writes.offset[run];
      int length = writes.length[run];
      int whole = Lanes.whole(length);
      for (int i = 0; i < whole; i += Lanes.COUNT) {
        Lanes.store(Lanes.load(from + 4L * i).add(added), to + 4L * i);
      }
      if (whole < length) {
        VectorMask<Float> rest = Lanes.first(length - whole);
        Lanes.store(Lanes.load(from + 4L * whole).add(added), to + 4L * whole, rest);
      }
    }
  }

  /** Adds one row of sums to an output channel. */
  public void add(long channel, long sums) {
    for (int run = 0; run < writes.count; run++) {
      long from = sums + 4L * writes.column[run];
      long to = channel + writes.offset[run];
      int length = writes.length[run];
      int whole = Lanes.whole(length);
      for (int i = 0; i < whole; i += Lanes.COUNT) {
        Lanes.store(Lanes.load(to + 4L * i).add(Lanes.load(from + 4L * i)), to + 4L * i);
      }
      if (whole < length) {
        VectorMask<Float> rest = Lanes.first(length - whole);
        FloatVector before = Lanes.load(to + 4L * whole, rest);
        Lanes.store(before.add(Lanes.load(from + 4L * whole)), to + 4L * whole, rest);
      }
    }
  }

  /** Copies the columns of one output channel to a row. */
  public void read(long row, long channel) {
    for (int run = 0; run < writes.count; run++) {
      long to = row + 4L * writes.column[run];
      long from = channel + writes.offset[run];
      int length = writes.length[run];
      for (int i = 0; i < length; i += Lanes.COUNT) {
        Lanes.store(Lanes.load(from + 4L * i), to + 4L * i);
      }
    }
  }
}
