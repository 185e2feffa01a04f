package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.UnaryOp;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Activation functions under the names that {@code config.json} gives them. */
public enum Activation implements Layer {
  /** {@code x sigmoid(x)}. */
  SILU(UnaryOp.SILU, "silu", "swish"),
  /** {@code x Phi(x)}, with the error function. */
  GELU(UnaryOp.GELU, "gelu"),
  /** GPT-2's approximation of GELU with tanh. */
  GELU_NEW(UnaryOp.GELU_TANH, "gelu_new", "gelu_pytorch_tanh"),
  /** {@code max(x, 0)}. */
  RELU(UnaryOp.RELU, "relu");

  private final UnaryOp op;
  private final String[] names;

  Activation(UnaryOp op, String... names) {
    this.op = op;
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
            + " is \""
            + name
            + "\": expected one of "
            + Arrays.stream(values())
                .flatMap(activation -> Arrays.stream(activation.names))
                .collect(Collectors.joining(", ")));
  }

  /** The name in {@code config.json}. */
  public String publishedName() {
    return names[0];
  }

  /** Applies the function to each element. */
  @Override
  public Tensor forward(Tensor x) {
    return x.apply(op);
  }
}
