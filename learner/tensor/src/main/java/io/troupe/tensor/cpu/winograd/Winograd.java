package io.troupe.tensor.cpu.winograd;

import io.troupe.tensor.backend.Window;
import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.machinecode.Isa;

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
 * <p>The transforms are generated code ({@link Transforms}) and work on vectors: of neighboring
 * tiles, of kernels or of channels. Without generated code, convolutions are computed otherwise.
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

  /** The transforms of this machine; null without generated code. */
  static final Transforms TRANSFORMS = Isa.ofMachine().map(Transforms::new).orElse(null);

  private Winograd() {}

  /** Whether a convolution is computed this way. */
  public static boolean fits(ConvolutionShape s) {
    return TRANSFORMS != null
        && isPlain(s.window().height())
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
        s.groups(),
        1);
  }
}
