package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;
import static io.troupe.tensor.cpu.products.PackedPanels.VECTOR_BYTES;

import io.troupe.tensor.backend.Window;
import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;

/**
 * The transforms of Winograd's convolution F(2x2, 3x3): a tile of two by two outputs of a 3x3
 * kernel is made of 16 products instead of 36. With the tile's 4x4 inputs d and the kernel g,
 *
 * <pre>{@code
 * y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A
 * }</pre>
 *
 * <p>where {@code ⊙} multiplies the 16 points of both transforms one by one, so that over channels
 * each point is a matrix product. The gradient of the kernel is {@code Gᵀ [(A dy Aᵀ) ⊙ (Bᵀ d B)]
 * G}. Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2016, section
 * 4.1. Transforms add and halve alone, so the results are about as exact as those of the plain sum.
 *
 * <p>Transforms work on vectors: of neighboring tiles, of kernels or of channels. Distances are in
 * bytes; {@code point} is the one from a point to the next.
 */
public final class Winograd {
  /** Points of a transform. */
  static final int POINTS = 16;

  /** Elements of a kernel. */
  static final int KERNEL = 9;

  /** Added to a power of two, so that neighbors do not evict each other from the caches. */
  static final int APART = 64;

  /** The minimum number of channels for which the transforms pay off. */
  private static final int LEAST_CHANNELS = 16;

  /** Minimum number of tiles for which transforming the kernels pays off. */
  private static final int LEAST_TILES = 64;

  private Winograd() {}

  /** Whether a convolution is computed this way. */
  public static boolean fits(ConvolutionShape s) {
    return isPlain(s.window().height())
        && isPlain(s.window().width())
        && s.groupIn() >= LEAST_CHANNELS
        && s.groupOut() >= LEAST_CHANNELS
        && tiles(s).columns() >= LEAST_TILES;
  }

  private static boolean isPlain(Window.Axis axis) {
    return axis.kernel() == 3 && axis.stride() == 1 && axis.dilation() == 1;
  }

  /** The convolution whose windows are the tiles' inputs: four by four at a stride of two. */
  public static ConvolutionShape tiles(ConvolutionShape s) {
    Window.Axis down = s.window().height();
    Window.Axis across = s.window().width();
    return new ConvolutionShape(
        s.batch(),
        s.inChannels(),
        s.height(),
        s.width(),
        s.outChannels(),
        (s.outHeight() + 1) / 2,
        (s.outWidth() + 1) / 2,
        new Window(
            new Window.Axis(4, 2, down.padding(), 1), new Window.Axis(4, 2, across.padding(), 1)),
        s.groups());
  }

  /**
   * {@code Bᵀ d B} of neighboring tiles, written in whole vectors.
   *
   * @param from the first input of the first tile; neighbors' are 4 bytes further
   * @param line from a tile's row of inputs to its next
   * @param odd from its first column to the second, and from the third to the fourth
   * @param next from its first column to the third
   */
  static void inputs(long from, long line, long odd, long next, long to, long point, int tiles) {
    long second = from + line;
    long third = second + line;
    differences(from, third, odd, next, to, point, tiles);
    sums(second, third, odd, next, to + 4 * point, point, tiles);
    differences(third, second, odd, next, to + 8 * point, point, tiles);
    differences(second, third + line, odd, next, to + 12 * point, point, tiles);
  }

  private static void differences(
      long a, long b, long odd, long next, long to, long point, int tiles) {
    for (int i = 0; i < tiles; i += Lanes.COUNT) {
      long at = a + 4L * i;
      long by = b + 4L * i;
      FloatVector t0 = Lanes.load(at).sub(Lanes.load(by));
      FloatVector t1 = Lanes.load(at + odd).sub(Lanes.load(by + odd));
      FloatVector t2 = Lanes.load(at + next).sub(Lanes.load(by + next));
      FloatVector t3 = Lanes.load(at + next + odd).sub(Lanes.load(by + next + odd));
      Lanes.store(t0.sub(t2), to + 4L * i);
      Lanes.store(t1.add(t2), to + point + 4L * i);
      Lanes.store(t2.sub(t1), to + 2 * point + 4L * i);
      Lanes.store(t1.sub(t3), to + 3 * point + 4L * i);
    }
  }

  private static void sums(long a, long b, long odd, long next, long to, long point, int tiles) {
    for (int i = 0; i < tiles; i += Lanes.COUNT) {
      long at = a + 4L * i;
      long by = b + 4L * i;
      FloatVector t0 = Lanes.load(at).add(Lanes.load(by));
      FloatVector t1 = Lanes.load(at + odd).add(Lanes.load(by + odd));
      FloatVector t2 = Lanes.load(at + next).add(Lanes.load(by + next));
      FloatVector t3 = Lanes.load(at + next + odd).add(Lanes.load(by + next + odd));
      Lanes.store(t0.sub(t2), to + 4L * i);
      Lanes.store(t1.add(t2), to + point + 4L * i);
      Lanes.store(t2.sub(t1), to + 2 * point + 4L * i);
      Lanes.store(t1.sub(t3), to + 3 * point + 4L * i);
    }
  }

  /**
   * {@code Aᵀ m A} of some tiles: two rows of outputs, each twice as many as there are tiles.
   *
   * @param from the products at the first point
   * @param row from the upper row of outputs to the lower one
   * @param start initial value of each output
   */
  static void outputs(long from, long point, long to, long row, float start, int tiles) {
    upperOutputs(from, point, to, start, tiles);
    lowerOutputs(from, point, to + row, start, tiles);
  }

  private static void upperOutputs(long from, long point, long to, float start, int tiles) {
    FloatVector first = Lanes.all(start);
    for (int i = 0; i < tiles; i += Lanes.COUNT) {
      long at = from + 4L * i;
      FloatVector t0 = upper(at, 4 * point);
      FloatVector t1 = upper(at + point, 4 * point);
      FloatVector t2 = upper(at + 2 * point, 4 * point);
      FloatVector t3 = upper(at + 3 * point, 4 * point);
      FloatVector even = t0.add(t1).add(t2).add(first);
      FloatVector odd = t1.sub(t2).sub(t3).add(first);
      Lanes.store(Lanes.firstInTurn(even, odd), to + 8L * i);
      Lanes.store(Lanes.secondInTurn(even, odd), to + 8L * i + VECTOR_BYTES);
    }
  }

  private static void lowerOutputs(long from, long point, long to, float start, int tiles) {
    FloatVector first = Lanes.all(start);
    for (int i = 0; i < tiles; i += Lanes.COUNT) {
      long at = from + 4L * i;
      FloatVector t0 = lower(at, 4 * point);
      FloatVector t1 = lower(at + point, 4 * point);
      FloatVector t2 = lower(at + 2 * point, 4 * point);
      FloatVector t3 = lower(at + 3 * point, 4 * point);
      FloatVector even = t0.add(t1).add(t2).add(first);
      FloatVector odd = t1.sub(t2).sub(t3).add(first);
      Lanes.store(Lanes.firstInTurn(even, odd), to + 8L * i);
      Lanes.store(Lanes.secondInTurn(even, odd), to + 8L * i + VECTOR_BYTES);
    }
  }

  private static FloatVector upper(long at, long line) {
    return Lanes.load(at).add(Lanes.load(at + line)).add(Lanes.load(at + 2 * line));
  }

  private static FloatVector lower(long at, long line) {
    return Lanes.load(at + line).sub(Lanes.load(at + 2 * line)).sub(Lanes.load(at + 3 * line));
  }

  /**
   * {@code G g Gᵀ} of some kernels.
   *
   * @param from the first kernel, with {@code kernel} bytes to the next
   * @param transposed whether kernels are rotated by 180 degrees
   * @param to the first point; whole vectors are written
   * @param room memory for 21 vectors
   */
  static void kernels(
      long from, long kernel, boolean transposed, long to, long point, int kernels, long room) {
    long half = room + KERNEL * VECTOR_BYTES;
    for (int first = 0; first < kernels; first += Lanes.COUNT) {
      int count = Math.min(Lanes.COUNT, kernels - first);
      for (int i = 0; i < count; i++) {
        long at = from + (first + i) * kernel;
        for (int e = 0; e < KERNEL; e++) {
          float element = Memory.getFloat(at + 4L * (transposed ? KERNEL - 1 - e : e));
          Memory.setFloat(room + e * VECTOR_BYTES + 4L * i, element);
        }
      }
      for (int column = 0; column < 3; column++) {
        long at = column * VECTOR_BYTES;
        spread(room + at, 3 * VECTOR_BYTES, half + at, 3 * VECTOR_BYTES);
      }
      for (int row = 0; row < 4; row++) {
        long at = to + 4 * row * point + 4L * first;
        spread(half + 3L * row * VECTOR_BYTES, VECTOR_BYTES, at, point);
      }
    }
  }

  /** {@code G} of three vectors. */
  private static void spread(long from, long step, long to, long point) {
    FloatVector g0 = Lanes.load(from);
    FloatVector g1 = Lanes.load(from + step);
    FloatVector g2 = Lanes.load(from + 2 * step);
    FloatVector outer = g0.add(g2);
    Lanes.store(g0, to);
    Lanes.store(outer.add(g1).mul(0.5f), to + point);
    Lanes.store(outer.sub(g1).mul(0.5f), to + 2 * point);
    Lanes.store(g2, to + 3 * point);
  }

  /**
   * {@code A dy Aᵀ} of one tile and a panel's channels.
   *
   * @param upper the gradients of its upper left output; {@code upperNext} of the one right of it
   * @param lower the gradients of its lower left output; {@code lowerNext} of the one right of it
   */
  static void gradients(
      long upper, long upperNext, long lower, long lowerNext, long to, long point) {
    for (long at = 0; at < ROW_BYTES; at += VECTOR_BYTES) {
      FloatVector a = Lanes.load(upper + at);
      FloatVector b = Lanes.load(upperNext + at);
      FloatVector c = Lanes.load(lower + at);
      FloatVector d = Lanes.load(lowerNext + at);
      widen(a, b, to + at, point);
      widen(a.add(c), b.add(d), to + 4 * point + at, point);
      widen(a.sub(c), b.sub(d), to + 8 * point + at, point);
      widen(c.neg(), d.neg(), to + 12 * point + at, point);
    }
  }

  /** {@code A} of two vectors. */
  private static void widen(FloatVector first, FloatVector second, long to, long point) {
    Lanes.store(first, to);
    Lanes.store(first.add(second), to + point);
    Lanes.store(first.sub(second), to + 2 * point);
    Lanes.store(second.neg(), to + 3 * point);
  }

  /**
   * {@code Gᵀ m G} of one vector: the nine elements of kernels' gradients, one vector after the
   * other.
   *
   * @param room memory for 12 vectors
   */
  static void kernelGradients(long from, long point, long to, long room) {
    for (int column = 0; column < 4; column++) {
      gather(from + column * point, 4 * point, room + column * VECTOR_BYTES, 4 * VECTOR_BYTES);
    }
    for (int row = 0; row < 3; row++) {
      gather(
          room + 4L * row * VECTOR_BYTES, VECTOR_BYTES, to + 3L * row * VECTOR_BYTES, VECTOR_BYTES);
    }
  }

  /** {@code Gᵀ} of four vectors. */
  private static void gather(long from, long step, long to, long toStep) {
    FloatVector m0 = Lanes.load(from);
    FloatVector m1 = Lanes.load(from + step);
    FloatVector m2 = Lanes.load(from + 2 * step);
    FloatVector m3 = Lanes.load(from + 3 * step);
    FloatVector inner = m1.add(m2).mul(0.5f);
    Lanes.store(m0.add(inner), to);
    Lanes.store(m1.sub(m2).mul(0.5f), to + toStep);
    Lanes.store(inner.add(m3), to + 2 * toStep);
  }
}
