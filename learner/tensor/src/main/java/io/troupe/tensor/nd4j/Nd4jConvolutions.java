package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.slab;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.ConvolutionOps;
import io.troupe.tensor.backend.Window;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.memory.Memory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Convolutions as products of matrices: a matrix of zeros and ones selects, for each element of the
 * kernel, the position that each window reads. Slow, but easy to verify.
 */
final class Nd4jConvolutions implements ConvolutionOps {

  @Override
  public void conv2d(Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    Writes.to(out);
    INDArray images = read(x);
    INDArray weights = read(weight);
    INDArray result = read(out).assign(0);
    forEach(
        out,
        x,
        window,
        groups,
        part -> {
          INDArray windows = part.image(images).mmul(part.picks);
          part.windows(result).addi(part.weight(weights).mmul(windows));
        });
    addBias(result, out, bias);
    write(out, result);
  }

  @Override
  public void convTranspose2d(
      Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    Writes.to(out);
    INDArray windows = read(x);
    INDArray weights = read(weight);
    INDArray result = read(out).assign(0);
    forEach(
        x,
        out,
        window,
        groups,
        part -> {
          INDArray spread = part.windows(windows).mmul(part.picks.transpose());
          part.image(result).addi(part.weight(weights).transpose().mmul(spread));
        });
    addBias(result, out, bias);
    write(out, result);
  }

  @Override
  public void conv2dWeightGrad(
      Tensor dWeight, Tensor dOut, Tensor x, Window window, int groups, boolean accumulate) {
    Writes.to(dWeight);
    if (!accumulate) {
      Memory.clear(dWeight.address(), dWeight.sizeBytes());
    }
    INDArray images = read(x);
    INDArray gradient = read(dOut);
    INDArray result = read(dWeight);
    forEach(
        dOut,
        x,
        window,
        groups,
        part -> {
          INDArray windows = part.image(images).mmul(part.picks);
          part.addToWeight(result, part.windows(gradient).mmul(windows.transpose()));
        });
    write(dWeight, result);
  }

  @FunctionalInterface
  private interface OfPart {
    void run(Part part);
  }

  /** Runs a body for each image, group and element of the kernel, in this order. */
  private static void forEach(
      Tensor windows, Tensor images, Window window, int groups, OfPart body) {
    if (windows.numel() == 0) {
      return;
    }
    int kernel = window.height().kernel() * window.width().kernel();
    INDArray[] picks = new INDArray[kernel];
    for (int i = 0; i < kernel; i++) {
      picks[i] = picks(windows, images, window, i);
    }
    for (int n = 0; n < images.size(0); n++) {
      for (int g = 0; g < groups; g++) {
        for (int i = 0; i < kernel; i++) {
          int in = images.size(1) / groups;
          int out = windows.size(1) / groups;
          body.run(new Part(n * groups + g, g, i, in, out, kernel, picks[i]));
        }
      }
    }
  }

  /** (positions of the image, windows): 1 where element {@code i} of the kernel reads. */
  private static INDArray picks(Tensor windows, Tensor images, Window window, int i) {
    int height = images.size(2);
    int width = images.size(3);
    double[][] picks = new double[height * width][windows.size(2) * windows.size(3)];
    for (int p = 0; p < windows.size(2) * windows.size(3); p++) {
      int row = at(window.height(), p / windows.size(3), i / window.width().kernel());
      int column = at(window.width(), p % windows.size(3), i % window.width().kernel());
      if (row >= 0 && row < height && column >= 0 && column < width) {
        picks[row * width + column][p] = 1;
      }
    }
    return Nd4j.createFromArray(picks);
  }

  private static int at(Window.Axis axis, int out, int element) {
    return out * axis.stride() - axis.padding() + element * axis.dilation();
  }

  /**
   * One element of the kernel in one group of one image.
   *
   * @param run index of the run of channels: image times groups plus group
   */
  private record Part(
      int run, int group, int element, int in, int out, int kernel, INDArray picks) {

    INDArray image(INDArray images) {
      long plane = picks.size(0);
      return slab(images, run * in * plane, in * plane).reshape(in, plane);
    }

    INDArray windows(INDArray windows) {
      long plane = picks.size(1);
      return slab(windows, run * out * plane, out * plane).reshape(out, plane);
    }

    /** (out, in) of this element; a copy. */
    INDArray weight(INDArray weights) {
      double[][] matrix = new double[out][in];
      for (int o = 0; o < out; o++) {
        for (int c = 0; c < in; c++) {
          matrix[o][c] = weights.getDouble(place(o, c));
        }
      }
      return Nd4j.createFromArray(matrix);
    }

    void addToWeight(INDArray weights, INDArray more) {
      for (int o = 0; o < out; o++) {
        for (int c = 0; c < in; c++) {
          weights.putScalar(place(o, c), weights.getDouble(place(o, c)) + more.getDouble(o, c));
        }
      }
    }

    private long place(int o, int c) {
      return ((long) (group * out + o) * in + c) * kernel + element;
    }
  }

  private static void addBias(INDArray result, Tensor out, Tensor bias) {
    if (bias == null || out.numel() == 0) {
      return;
    }
    long plane = (long) out.size(2) * out.size(3);
    double[] more = bias.toDoubles();
    for (int run = 0; run < out.size(0) * out.size(1); run++) {
      slab(result, run * plane, plane).addi(more[run % more.length]);
    }
  }
}
