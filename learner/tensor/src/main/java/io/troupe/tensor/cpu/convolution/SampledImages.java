package io.troupe.tensor.cpu.convolution;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;

/**
 * The elements of images that a 1x1 kernel with a stride reads, as smaller images (batch,
 * inChannels, outHeight, outWidth). On them, the convolution is one with a stride of 1, whose
 * products read and write rows in place ({@link ConvolutionShape#sampled}).
 *
 * @param s the convolution with a stride
 */
record SampledImages(ComputePool pool, ConvolutionShape s) {

  /** Returns the bytes of the smaller images. */
  long bytes() {
    return 4L * s.batch() * s.inChannels() * s.outPlane();
  }

  /** Copies the elements that the kernel reads. */
  void sample(long sampled, long images) {
    Partition.rows(
        pool,
        planes(),
        s.outPlane(),
        (first, last) -> {
          for (long plane = first; plane < last; plane++) {
            samplePlane(sampled + plane * sampledPlane(), images + plane * imagePlane());
          }
        });
  }

  private void samplePlane(long to, long from) {
    long step = 4L * s.window().width().stride();
    for (int y = 0; y < s.outHeight(); y++) {
      long target = to + 4L * y * s.outWidth();
      long source = from + y * rowStep();
      for (int x = 0; x < s.outWidth(); x++) {
        Memory.setFloat(target + 4L * x, Memory.getFloat(source + x * step));
      }
    }
  }

  /**
   * Writes images from the smaller ones: the elements that the kernel does not read are 0. Adds the
   * bias of the channel to every element.
   *
   * @param bias address of the bias of each channel of the images, or 0
   */
  void spread(long images, long sampled, long bias) {
    Partition.rows(
        pool,
        planes(),
        (long) s.height() * s.width(),
        (first, last) -> {
          for (long plane = first; plane < last; plane++) {
            long channel = plane % s.inChannels();
            float start = bias == 0 ? 0 : Memory.getFloat(bias + 4 * channel);
            spreadPlane(images + plane * imagePlane(), sampled + plane * sampledPlane(), start);
          }
        });
  }

  private void spreadPlane(long to, long from, float start) {
    if (start == 0) {
      Memory.clear(to, imagePlane());
    } else {
      for (long at = to; at < to + imagePlane(); at += Float.BYTES) {
        Memory.setFloat(at, start);
      }
    }
    long step = 4L * s.window().width().stride();
    for (int y = 0; y < s.outHeight(); y++) {
      long source = from + 4L * y * s.outWidth();
      long target = to + y * rowStep();
      for (int x = 0; x < s.outWidth(); x++) {
        Memory.setFloat(target + x * step, Memory.getFloat(source + 4L * x) + start);
      }
    }
  }

  private long planes() {
    return (long) s.batch() * s.inChannels();
  }

  /** Bytes from one row that the kernel reads to the next. */
  private long rowStep() {
    return 4L * s.window().height().stride() * s.width();
  }

  private long sampledPlane() {
    return 4L * s.outPlane();
  }

  private long imagePlane() {
    return 4L * s.height() * s.width();
  }
}
