package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.setDouble;

import io.troupe.tensor.cpu.images.ConvolutionShape;

/** Convolutions of doubles, element by element as defined: the reference of gradient checks. */
final class Float64Convolutions {
  private Float64Convolutions() {}

  /** Overwrites {@code out} with the convolution of {@code x}; {@code bias} may be 0. */
  static void forward(ConvolutionShape s, long out, long x, long weight, long bias) {
    for (int n = 0; n < s.batch(); n++) {
      for (int o = 0; o < s.outChannels(); o++) {
        double start = bias == 0 ? 0 : getDouble(bias + 8L * o);
        for (int p = 0; p < s.outPlane(); p++) {
          long at = out + 8 * (((long) n * s.outChannels() + o) * s.outPlane() + p);
          setDouble(at, start + element(s, n, o, p, x, weight));
        }
      }
    }
  }

  private static double element(ConvolutionShape s, int n, int o, int p, long x, long weight) {
    double sum = 0;
    for (int k = 0; k < s.k(); k++) {
      long from = s.input(n, o, k, p);
      if (from >= 0) {
        sum += getDouble(x + 8 * from) * getDouble(weight + 8 * ((long) o * s.k() + k));
      }
    }
    return sum;
  }

  /** Overwrites {@code dx} with the gradient of the convolution, plus a bias that may be 0. */
  static void inputGrad(ConvolutionShape s, long dx, long dOut, long weight, long bias) {
    int plane = s.height() * s.width();
    for (long i = 0; i < (long) s.batch() * s.inChannels() * plane; i++) {
      setDouble(dx + 8 * i, bias == 0 ? 0 : getDouble(bias + 8 * (i / plane % s.inChannels())));
    }
    for (int n = 0; n < s.batch(); n++) {
      for (int o = 0; o < s.outChannels(); o++) {
        for (int p = 0; p < s.outPlane(); p++) {
          double d = getDouble(dOut + 8 * (((long) n * s.outChannels() + o) * s.outPlane() + p));
          for (int k = 0; k < s.k(); k++) {
            long to = s.input(n, o, k, p);
            if (to >= 0) {
              double w = getDouble(weight + 8 * ((long) o * s.k() + k));
              setDouble(dx + 8 * to, getDouble(dx + 8 * to) + d * w);
            }
          }
        }
      }
    }
  }

  /** Adds the gradient of the weight. */
  static void weightGrad(ConvolutionShape s, long dWeight, long dOut, long x) {
    for (int o = 0; o < s.outChannels(); o++) {
      for (int k = 0; k < s.k(); k++) {
        double sum = 0;
        for (int n = 0; n < s.batch(); n++) {
          for (int p = 0; p < s.outPlane(); p++) {
            long from = s.input(n, o, k, p);
            if (from >= 0) {
              long d = ((long) n * s.outChannels() + o) * s.outPlane() + p;
              sum += getDouble(dOut + 8 * d) * getDouble(x + 8 * from);
            }
          }
        }
        long at = dWeight + 8 * ((long) o * s.k() + k);
        setDouble(at, getDouble(at) + sum);
      }
    }
  }
}
