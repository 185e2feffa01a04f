package io.troupe.tensor.cpu.images;

import io.troupe.tensor.backend.Window;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The memory layout of images with their padding, so that a window never crosses a border. With a
 * stride of s, every s-th column of a row is stored together, in s phases: the elements that one
 * kernel element reads for neighboring windows are contiguous.
 *
 * @param s the convolution; its inputs are the images
 * @param phaseBytes from one phase of a row to the next
 * @param rowBytes from one row to the next
 * @param planeBytes from one channel to the next
 */
public record PaddedImages(ConvolutionShape s, long phaseBytes, long rowBytes, long planeBytes) {

  public static PaddedImages of(ConvolutionShape s) {
    int stride = s.window().width().stride();
    int each = s.interleaved();
    int columns = padded(s.window().width(), s.width() / each, s.outWidth() / each);
    long phase = 4L * each * ((columns + stride - 1) / stride);
    long row = phase * stride;
    return new PaddedImages(
        s, phase, row, row * padded(s.window().height(), s.height(), s.outHeight()));
  }

  /** Positions with padding on both sides, and as many as the last window needs. */
  private static int padded(Window.Axis axis, int in, int out) {
    return Math.max(in + 2 * axis.padding(), (out - 1) * axis.stride() + axis.span());
  }

  /** Whether plain images have this layout: no padding and a stride of 1. */
  public boolean isPlain() {
    Window window = s.window();
    return window.height().padding() == 0
        && window.width().padding() == 0
        && window.width().stride() == 1;
  }

  /** Bytes of all channels of one image. */
  public long imageBytes() {
    return imageBytes(s.inChannels());
  }

  /** Bytes of some channels. */
  public long imageBytes(int channels) {
    return channels * planeBytes;
  }

  /** From the first element of a window to the one that product {@code k} of a group reads. */
  public long[] offsets() {
    Window.Axis down = s.window().height();
    Window.Axis across = s.window().width();
    long[] offsets = new long[s.k()];
    int k = 0;
    for (int channel = 0; channel < s.groupIn(); channel++) {
      for (int i = 0; i < down.kernel(); i++) {
        for (int j = 0; j < across.kernel(); j++) {
          int column = j * across.dilation();
          offsets[k++] =
              channel * planeBytes
                  + (long) i * down.dilation() * rowBytes
                  + at(column, across.stride());
        }
      }
    }
    return offsets;
  }

  /** Copies planes {@code [first, last)} of plain images to padded ones. */
  public void pad(long padded, long images, long first, long last) {
    for (long plane = first; plane < last; plane++) {
      long to = padded + plane * planeBytes;
      Memory.clear(to, planeBytes);
      copyIn(
          to + s.window().height().padding() * rowBytes,
          images + 4 * plane * s.height() * s.width(),
          s.height());
    }
  }

  /** Copies neighboring rows of an image to padded rows; the padding is not written. */
  public void copyIn(long row, long from, int rows) {
    int stride = s.window().width().stride();
    if (stride == 1) {
      copyPlain(row + at(s.window().width().padding(), 1), from, rows);
    } else if (stride == 2 && s.interleaved() == 1) {
      copyPairs(row, from, rows);
    } else {
      copyPhases(row, from, rows);
    }
  }

  private void copyPlain(long to, long from, int rows) {
    int whole = Lanes.whole(s.width());
    VectorMask<Float> rest = Lanes.first(s.width() - whole);
    for (int y = 0; y < rows; y++) {
      long source = from + 4L * y * s.width();
      long target = to + y * rowBytes;
      for (int i = 0; i < whole; i += Lanes.COUNT) {
        Lanes.store(Lanes.load(source + 4L * i), target + 4L * i);
      }
      if (whole < s.width()) {
        Lanes.store(Lanes.load(source + 4L * whole, rest), target + 4L * whole, rest);
      }
    }
  }

  /** Separates even and odd columns. */
  private void copyPairs(long row, long from, int rows) {
    int whole = s.width() / (2 * Lanes.COUNT) * 2 * Lanes.COUNT;
    int left = s.width() - whole;
    VectorMask<Float> first = Lanes.first(Math.min(Lanes.COUNT, left));
    VectorMask<Float> second = Lanes.first(Math.max(0, left - Lanes.COUNT));
    VectorMask<Float> even = Lanes.first((left + 1) / 2);
    VectorMask<Float> odd = Lanes.first(left / 2);
    long evens = row + at(s.window().width().padding(), 2);
    long odds = row + at(s.window().width().padding() + 1, 2);
    for (int y = 0; y < rows; y++) {
      long source = from + 4L * y * s.width();
      long down = y * rowBytes;
      for (int i = 0; i < whole; i += 2 * Lanes.COUNT) {
        FloatVector a = Lanes.load(source + 4L * i);
        FloatVector b = Lanes.load(source + 4L * i + 4L * Lanes.COUNT);
        Lanes.store(Lanes.evens(a, b), evens + down + 2L * i);
        Lanes.store(Lanes.odds(a, b), odds + down + 2L * i);
      }
      if (left > 0) {
        FloatVector a = Lanes.load(source + 4L * whole, first);
        FloatVector b = Lanes.load(source + 4L * whole + 4L * Lanes.COUNT, second);
        Lanes.store(Lanes.evens(a, b), evens + down + 2L * whole, even);
        Lanes.store(Lanes.odds(a, b), odds + down + 2L * whole, odd);
      }
    }
  }

  private void copyPhases(long row, long from, int rows) {
    Window.Axis across = s.window().width();
    long bytes = 4L * s.interleaved();
    for (int y = 0; y < rows; y++) {
      for (int i = 0; i < s.width() / s.interleaved(); i++) {
        long to = row + y * rowBytes + at(i + across.padding(), across.stride());
        Memory.copy(to, from + 4L * y * s.width() + i * bytes, bytes);
      }
    }
  }

  private void pairsOut(long to, long row, float more) {
    long evens = row + at(s.window().width().padding(), 2);
    long odds = row + at(s.window().width().padding() + 1, 2);
    FloatVector added = Lanes.all(more);
    int i = 0;
    for (; i <= s.width() - 2 * Lanes.COUNT; i += 2 * Lanes.COUNT) {
      FloatVector a = Lanes.load(evens + 2L * i).add(added);
      FloatVector b = Lanes.load(odds + 2L * i).add(added);
      Lanes.store(Lanes.firstInTurn(a, b), to + 4L * i);
      Lanes.store(Lanes.secondInTurn(a, b), to + 4L * i + 4L * Lanes.COUNT);
    }
    if (i < s.width()) {
      lastPairsOut(to + 4L * i, evens + 2L * i, odds + 2L * i, added, s.width() - i);
    }
  }

  private static void lastPairsOut(long to, long evens, long odds, FloatVector more, int count) {
    FloatVector a = Lanes.load(evens, Lanes.first((count + 1) / 2)).add(more);
    FloatVector b = Lanes.load(odds, Lanes.first(count / 2)).add(more);
    Lanes.store(Lanes.firstInTurn(a, b), to, Lanes.first(count));
    if (count > Lanes.COUNT) {
      long second = to + 4L * Lanes.COUNT;
      Lanes.store(Lanes.secondInTurn(a, b), second, Lanes.first(count - Lanes.COUNT));
    }
  }

  private long at(int column, int stride) {
    return column % stride * phaseBytes + 4L * s.interleaved() * (column / stride);
  }

  /** Copies one plane without its padding, and adds a number to each element. */
  public void unpad(long image, long padded, float more) {
    for (int row = 0; row < s.height(); row++) {
      copyOut(
          image + 4L * row * s.width(),
          padded + (row + s.window().height().padding()) * rowBytes,
          more);
    }
  }

  private void phasesOut(long to, long row, float more) {
    Window.Axis across = s.window().width();
    FloatVector added = Lanes.all(more);
    int each = s.interleaved();
    int whole = Lanes.whole(each);
    VectorMask<Float> rest = Lanes.first(each - whole);
    for (int i = 0; i < s.width() / each; i++) {
      long from = row + at(i + across.padding(), across.stride());
      long target = to + 4L * i * each;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        Lanes.store(Lanes.load(from + 4L * j).add(added), target + 4L * j);
      }
      if (whole < each) {
        Lanes.store(Lanes.load(from + 4L * whole, rest).add(added), target + 4L * whole, rest);
      }
    }
  }

  private void copyOut(long to, long row, float more) {
    Window.Axis across = s.window().width();
    int stride = across.stride();
    if (stride == 2 && s.interleaved() == 1) {
      pairsOut(to, row, more);
      return;
    }
    if (stride > 1) {
      phasesOut(to, row, more);
      return;
    }
    long from = row + at(across.padding(), 1);
    FloatVector added = Lanes.all(more);
    int whole = Lanes.whole(s.width());
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(from + 4L * i).add(added), to + 4L * i);
    }
    if (whole < s.width()) {
      VectorMask<Float> rest = Lanes.first(s.width() - whole);
      Lanes.store(Lanes.load(from + 4L * whole, rest).add(added), to + 4L * whole, rest);
    }
  }
}
