package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Elementwise;
import io.troupe.tensor.backend.ActivationOp;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Activation functions under the names that {@code config.json} gives them, with PyTorch's default
 * parameters. Activations with other parameters are layers, such as {@link LeakyReLU}.
 */
public enum Activation implements Layer {
  /** {@code x sigmoid(x)}. */
  SILU(UnaryOp.SILU, "silu", "swish"),
  /** {@code x Phi(x)}, with the error function. */
  GELU(UnaryOp.GELU, "gelu"),
  /** GPT-2's approximation of GELU with tanh. */
  GELU_NEW(UnaryOp.GELU_TANH, "gelu_new", "gelu_pytorch_tanh"),
  /** OpenAI's approximation of GELU in CLIP: {@code x sigmoid(1.702 x)}. */
  QUICK_GELU(x -> x.mul(1.702).apply(UnaryOp.SILU).mul(1 / 1.702), "quick_gelu"),
  /** {@code max(x, 0)}. */
  RELU(UnaryOp.RELU, "relu"),
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID(UnaryOp.SIGMOID, "sigmoid"),
  /** The hyperbolic tangent. */
  TANH(UnaryOp.TANH, "tanh"),
  /** {@code x tanh(log(1 + exp(x)))} (arXiv:1908.08681). */
  MISH(UnaryOp.MISH, "mish"),
  /** The activation of self-normalizing networks (arXiv:1706.02515). */
  SELU(x -> Elementwise.activation(ActivationOp.SELU, x), "selu"),
  /** {@link LeakyReLU} with PyTorch's slope of 0.01. */
  LEAKY_RELU(LeakyReLU.of(), "leaky_relu"),
  /** {@link ELU} with alpha 1. */
  ELU(io.troupe.nn.layers.ELU.of(), "elu"),
  /** {@link Softplus} with beta 1 and threshold 20. */
  SOFTPLUS(Softplus.of(), "softplus");

  private final Layer function;
  private final String[] names;

  Activation(UnaryOp op, String... names) {
    this((Layer) x -> x.apply(op), names);
  }

  Activation(Layer function, String... names) {
    this.function = function;
    this.names = names;
  }

  /**
   * The activation of a name.
   *
   * @param key the setting, for the error
   * @throws IllegalArgumentException if the name is unknown
   */
  public static Activation named(String key, String name) {
    for (Activation activation : values()) {
      if (Arrays.asList(activation.names).contains(name)) {
        return activation;
      }
    }
    throw new IllegalArgumentException(
        key
            + " must be one of "
            + Arrays.stream(values())
                .flatMap(activation -> Arrays.stream(activation.names))
                .collect(Collectors.joining(", "))
            + ", got \""
            + name
            + "\"");
  }

  /** The name in {@code config.json}. */
  public String publishedName() {
    return names[0];
  }

  /** Applies the function to each element. */
  @Override
  public Tensor forward(Tensor x) {
    return function.forward(x);
  }
}
