package io.troupe.tensor.cpu.winograd;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;

/**
 * Calls the generated transforms of {@link Winograd}. Distances are in bytes; {@code point} is the
 * distance of the points of a transform.
 */
final class Transforms {
  private final Isa isa;
  private final MachineCode[] inputs = new MachineCode[32];
  private final MachineCode[] outputs = new MachineCode[8];
  private final MachineCode[] gradients = new MachineCode[4];
  private final MachineCode kernels;
  private final MachineCode kernelGradients;

  /** Generates all transforms. */
  Transforms(Isa isa) {
    this.isa = isa;
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = InputTransform.generate(isa, i / 2, i % 2 == 1);
    }
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = OutputTransform.generate(isa, (i & 1) > 0, (i & 2) > 0, (i & 4) > 0);
    }
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = GradientTransform.generate(isa, (i & 1) > 0, (i & 2) > 0);
    }
    kernels = KernelTransform.ofKernels(isa);
    kernelGradients = KernelTransform.ofGradients(isa);
  }

  /** Tiles that {@link #inputs} and {@link #outputs} transform at once. */
  int lanes() {
    return isa.lanes();
  }

  /**
   * {@code Bᵀ d B} of neighboring tiles of some channels, written in whole vectors.
   *
   * @param image the first channel, of {@code height} by {@code width} elements
   * @param y row of the first input, {@code x} its column: negative in the padding
   * @param to the first point, with {@code toChannel} to that of the next channel
   */
  void inputs(
      long image,
      int height,
      int width,
      int y,
      int x,
      int tiles,
      int channels,
      long to,
      long toChannel,
      long point) {
    Parameters p = Parameters.ofThread();
    int rows = 0;
    for (int row = 0; row < 4; row++) {
      int inside = y + row >= 0 && y + row < height ? 1 : 0;
      rows |= inside << row;
      p.set(InputTransform.ROWS + row, image + 4L * ((long) (y + row) * width + x));
    }
    p.set(InputTransform.PLANE, 4L * height * width);
    p.set(InputTransform.TO, to);
    p.set(InputTransform.TO_CHANNEL, toChannel);
    p.set(InputTransform.POINT, point);
    p.set(InputTransform.CHANNELS, channels);
    p.set(InputTransform.INDICES, Interleaving.INDICES);
    boolean isWide = tiles > lanes() / 2;
    for (int part = 0; part < 4; part++) {
      int column = x + part % 2 * lanes() + part / 2 * 2;
      p.setMask(isa, part, -column, width - column);
    }
    inputs[2 * rows + (isWide ? 1 : 0)].call(p.address());
  }

  /**
   * {@code Aᵀ m A} of neighboring tiles of some channels, written to images.
   *
   * @param from the products at the first point, with {@code fromChannel} to those of the next
   *     channel
   * @param to the first output, with {@code row} to the one below and {@code plane} to that of the
   *     next channel
   * @param columns outputs in a row
   * @param isPair whether the lower row of outputs is inside the image
   * @param bias of the first channel, or 0
   */
  void outputs(
      long from,
      long fromChannel,
      long point,
      int tiles,
      int channels,
      long to,
      long row,
      long plane,
      int columns,
      boolean isPair,
      long bias) {
    Parameters p = Parameters.ofThread();
    p.set(OutputTransform.FROM, from);
    p.set(OutputTransform.FROM_CHANNEL, fromChannel);
    p.set(OutputTransform.POINT, point);
    p.set(OutputTransform.TO, to);
    p.set(OutputTransform.ROW, row);
    p.set(OutputTransform.PLANE, plane);
    p.set(OutputTransform.CHANNELS, channels);
    p.set(OutputTransform.BIAS, bias);
    p.set(OutputTransform.INDICES, Interleaving.INDICES);
    p.setMask(isa, 0, 0, columns);
    p.setMask(isa, 1, 0, columns - lanes());
    int code = (isPair ? 1 : 0) + (tiles > lanes() / 2 ? 2 : 0) + (bias != 0 ? 4 : 0);
    outputs[code].call(p.address());
  }

  /**
   * {@code A dy Aᵀ} of neighboring tiles and the channels of a panel.
   *
   * @param upper the gradients of the upper left output; {@code lower} those below it, or 0
   * @param isWhole whether the tiles have a right column
   */
  void gradients(long upper, long lower, boolean isWhole, int tiles, long to, long point) {
    Parameters p = Parameters.ofThread();
    p.set(GradientTransform.UPPER, upper);
    p.set(GradientTransform.LOWER, lower);
    p.set(GradientTransform.TO, to);
    p.set(GradientTransform.POINT, point);
    p.set(GradientTransform.TILES, tiles);
    gradients[(lower != 0 ? 1 : 0) + (isWhole ? 2 : 0)].call(p.address());
  }

  /**
   * {@code G g Gᵀ} of kernels.
   *
   * @param from their first elements, with {@code element} to the second ones
   * @param vectors number of vectors of kernels
   */
  void kernels(long from, long element, int vectors, long to, long point) {
    kernels.call(kernelParameters(from, element, vectors, to, point));
  }

  /**
   * {@code Gᵀ m G}: the gradients of kernels.
   *
   * @param to their first elements, with {@code element} to the second ones
   */
  void kernelGradients(long from, long point, int vectors, long to, long element) {
    kernelGradients.call(kernelParameters(from, point, vectors, to, element));
  }

  private static long kernelParameters(long from, long fromStep, int vectors, long to, long step) {
    Parameters p = Parameters.ofThread();
    p.set(KernelTransform.FROM, from);
    p.set(KernelTransform.FROM_ELEMENT, fromStep);
    p.set(KernelTransform.TO, to);
    p.set(KernelTransform.TO_ELEMENT, step);
    p.set(KernelTransform.VECTORS, vectors);
    p.setFloat(KernelTransform.HALF, 0.5f);
    return p.address();
  }
}
