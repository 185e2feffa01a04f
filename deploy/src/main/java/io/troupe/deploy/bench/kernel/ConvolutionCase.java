package io.troupe.deploy.bench.kernel;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.ConvolutionOps;
import io.troupe.tensor.backend.Window;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A convolution of square images. Its work is counted as the multiply-adds of the direct algorithm,
 * whatever algorithm computes it.
 *
 * @param network the network that has it
 * @param layers number of such layers in the network
 * @param pass forward, or the gradient of one operand
 * @param in input channels
 * @param size height and width of the input
 * @param out output channels
 * @param kernel height and width of the kernel
 * @param stride of both axes
 */
record ConvolutionCase(
    String network, int layers, Pass pass, int in, int size, int out, int kernel, int stride)
    implements KernelCase {
  private static final int BATCH = 8;

  /** What is computed. */
  enum Pass {
    FORWARD,
    IMAGE,
    WEIGHT;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Override
  public String title() {
    return "%s %d-%d %dx%d/%d on %dx%d %s"
        .formatted(network, in, out, kernel, kernel, stride, size, size, pass);
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("network", network);
    settings.put("layers", layers);
    settings.put("pass", pass.toString());
    settings.put("in", in);
    settings.put("size", size);
    settings.put("out", out);
    settings.put("kernel", kernel);
    settings.put("stride", stride);
    return settings;
  }

  /** The padding of the networks: an output for every {@code stride} inputs. */
  private Window window() {
    int padding = stride == kernel ? 0 : kernel / 2;
    return Window.of(kernel).withStride(stride, stride).withPadding(padding, padding);
  }

  private int outSize() {
    return window().height().outSize(size);
  }

  @Override
  public double multiplyAdds() {
    return (double) BATCH * in * out * kernel * kernel * outSize() * outSize();
  }

  @Override
  public Traffic traffic() {
    return Traffic.NONE;
  }

  @Override
  public Runnable prepare(Engine engine, Scope weights) {
    ConvolutionOps convolution = Backend.of(engine).convolution();
    Window window = window();
    Tensor x = KernelTensors.normal(1, BATCH, in, size, size);
    Tensor y = KernelTensors.normal(2, BATCH, out, outSize(), outSize());
    Tensor weight = weights.keep(KernelTensors.normal(3, out, in, kernel, kernel));
    return switch (pass) {
      case FORWARD -> () -> convolution.conv2d(y, x, weight, null, window, 1);
      case IMAGE -> () -> convolution.convTranspose2d(x, y, weight, null, window, 1);
      case WEIGHT -> () -> convolution.conv2dWeightGrad(weight, y, x, window, 1, false);
    };
  }
}
