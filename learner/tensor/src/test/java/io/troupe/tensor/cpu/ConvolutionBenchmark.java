package io.troupe.tensor.cpu;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Window;
import io.troupe.tensor.cpu.convolution.CpuConvolutions;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.MemoryPool;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;

/**
 * Measures the convolutions of LeNet-5, a small CNN, ResNet-18 and a U-Net: forward, gradient of
 * the images, gradient of the weight. Each figure is the best of several short rounds. With one
 * thread it is the CPU time of that thread. {@code convolution_benchmark.py} measures PyTorch on
 * the same shapes.
 *
 * <p>Arguments: the number of threads (default: 2), and a substring of the names to measure
 * (default: all).
 */
public final class ConvolutionBenchmark {
  private static final int ROUNDS = 12;
  private static final long ROUND_NANOS = 8_000_000;

  /** Warm-up time: the JIT compiler needs a second or more for a large kernel. */
  private static final long WARM_UP_NANOS = 1_500_000_000;

  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final Case[] CASES = {
    new Case("lenet 1", 64, 1, 28, 6, 5, 1, 2),
    new Case("lenet 2", 64, 6, 14, 16, 5, 1, 0),
    new Case("simplecnn 1", 32, 1, 28, 32, 3, 1, 1),
    new Case("simplecnn 2", 32, 32, 14, 64, 3, 1, 1),
    new Case("resnet stem", 8, 3, 64, 64, 7, 2, 3),
    new Case("resnet layer1", 8, 64, 16, 64, 3, 1, 1),
    new Case("resnet layer2 down", 8, 64, 16, 128, 3, 2, 1),
    new Case("resnet layer2 skip", 8, 64, 16, 128, 1, 2, 0),
    new Case("resnet layer2", 8, 128, 8, 128, 3, 1, 1),
    new Case("resnet layer3", 8, 256, 4, 256, 3, 1, 1),
    new Case("resnet layer4", 8, 512, 2, 512, 3, 1, 1),
    new Case("resnet50 pointwise", 8, 64, 16, 256, 1, 1, 0),
    new Case("resnet50 pointwise 4", 8, 2048, 2, 512, 1, 1, 0),
    new Case("unet in", 8, 3, 64, 32, 3, 1, 1),
    new Case("unet 32", 8, 32, 64, 32, 3, 1, 1),
    new Case("unet 64-32", 8, 64, 64, 32, 3, 1, 1),
    new Case("unet 64", 8, 64, 32, 64, 3, 1, 1),
    new Case("unet 128", 8, 128, 16, 128, 3, 1, 1),
    new Case("unet 256", 8, 256, 8, 256, 3, 1, 1),
    new Case("unet out", 8, 32, 64, 1, 1, 1, 0),
    new Case("unet up", 8, 64, 64, 128, 2, 2, 0),
  };

  private final int threads;
  private final CpuConvolutions convolutions;

  private ConvolutionBenchmark(int threads, ComputePool pool) {
    this.threads = threads;
    this.convolutions = new CpuConvolutions(pool);
  }

  /** A square convolution. */
  private record Case(
      String name, int batch, int in, int size, int out, int kernel, int stride, int padding) {
    Window window() {
      return Window.of(kernel).withStride(stride, stride).withPadding(padding, padding);
    }

    int outSize() {
      return window().height().outSize(size);
    }

    double flops() {
      return 2.0 * batch * in * out * kernel * kernel * outSize() * outSize();
    }
  }

  /** Prints the table. */
  public static void main(String[] arguments) {
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    String names = arguments.length > 1 ? arguments[1] : "";
    System.out.printf(
        Locale.ROOT,
        "%-22s %9s %9s %9s   %9s %9s %9s%n",
        "us, then GFLOP/s",
        "forward",
        "images",
        "weight",
        "forward",
        "images",
        "weight");
    try (ComputePool pool = new ComputePool(threads);
        MemoryPool memory = new MemoryPool()) {
      ConvolutionBenchmark benchmark = new ConvolutionBenchmark(threads, pool);
      Engine engine = new Engine(CpuBackend.create(1), memory);
      for (Case c : CASES) {
        if (c.name().contains(names)) {
          try (Scope _ = engine.open(c.name())) {
            benchmark.run(c);
          }
        }
      }
    }
  }

  private void run(Case c) {
    Window window = c.window();
    Tensor x = uniform(c.batch(), c.in(), c.size(), c.size());
    Tensor weight = uniform(c.out(), c.in(), c.kernel(), c.kernel());
    Tensor bias = uniform(c.out());
    Tensor out = uniform(c.batch(), c.out(), c.outSize(), c.outSize());
    Tensor dx = uniform(x.shape().sizes());
    Tensor dWeight = uniform(weight.shape().sizes());
    double[] nanos = {
      best(() -> convolutions.conv2d(out, x, weight, bias, window, 1)),
      best(() -> convolutions.convTranspose2d(dx, out, weight, null, window, 1)),
      best(() -> convolutions.conv2dWeightGrad(dWeight, out, x, window, 1, true))
    };
    System.out.printf(
        Locale.ROOT,
        "%-22s %9.1f %9.1f %9.1f   %9.1f %9.1f %9.1f%n",
        c.name(),
        nanos[0] / 1e3,
        nanos[1] / 1e3,
        nanos[2] / 1e3,
        c.flops() / nanos[0],
        c.flops() / nanos[1],
        c.flops() / nanos[2]);
  }

  private double best(Runnable work) {
    long start = now();
    int runs = 0;
    while (now() - start < WARM_UP_NANOS) {
      work.run();
      runs++;
    }
    int each = (int) Math.max(1, runs * ROUND_NANOS / WARM_UP_NANOS);
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long from = now();
      for (int i = 0; i < each; i++) {
        work.run();
      }
      best = Math.min(best, (now() - from) / (double) each);
    }
    return best;
  }

  private long now() {
    return threads == 1 ? CLOCK.getCurrentThreadCpuTime() : System.nanoTime();
  }

  private static Tensor uniform(int... sizes) {
    Tensor tensor = Tensor.empty(DType.FLOAT32, Shape.of(sizes));
    float[] elements = new float[Math.toIntExact(tensor.numel())];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (i * 7919 % 2003 - 1001) / 1001f;
    }
    tensor.setFloats(elements);
    return tensor;
  }
}
