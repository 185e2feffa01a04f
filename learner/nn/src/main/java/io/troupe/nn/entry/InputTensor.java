package io.troupe.nn.entry;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A tensor that a model predicts from.
 *
 * @param name such as {@code input} or {@code edge_index}
 * @param isInteger whether it holds whole numbers, which the model gets as INT32; otherwise it gets
 *     the type of its parameters
 * @param isOptional whether a prediction may go without it
 * @param isFlattened whether dimensions beyond the last of {@code sizes} are folded into it, as an
 *     image's are by a network that does not know where its pixels lie
 * @param sizes of each dimension, outermost first
 */
public record InputTensor(
    String name,
    boolean isInteger,
    boolean isOptional,
    boolean isFlattened,
    List<InputSize> sizes) {
  /** Copies the sizes. */
  public InputTensor {
    sizes = List.copyOf(sizes);
  }

  /** Numbers that must be there. */
  public static InputTensor floats(String name, InputSize... sizes) {
    return new InputTensor(name, false, false, false, List.of(sizes));
  }

  /** Whole numbers that must be there. */
  public static InputTensor integers(String name, InputSize... sizes) {
    return new InputTensor(name, true, false, false, List.of(sizes));
  }

  /** Images: {@code input}, (batch, channels, height, width). */
  public static InputTensor images(InputSize channels, InputSize height, InputSize width) {
    return floats("input", InputSize.any("batch"), channels, height, width);
  }

  /** The same tensor, without which a prediction may go. */
  public InputTensor optional() {
    return new InputTensor(name, isInteger, true, isFlattened, sizes);
  }

  /** The same tensor, whose further dimensions are folded into its last. */
  public InputTensor flattened() {
    return new InputTensor(name, isInteger, isOptional, true, sizes);
  }

  /**
   * The tensor in the type that the model gets.
   *
   * @param model for the error
   * @param dtype of the model's parameters
   * @throws IllegalArgumentException if the tensor does not fit
   */
  Tensor require(String model, Tensor given, DType dtype) {
    Tensor tensor = isFlattened && given.rank() > sizes.size() ? folded(given) : given;
    if (given.dtype().isInteger() != isInteger || !fits(tensor.shape())) {
      throw new IllegalArgumentException(
          model
              + ": tensor "
              + name
              + " is "
              + given.dtype()
              + " "
              + given.shape()
              + ", expected "
              + this);
    }
    return isInteger ? int32(model, tensor) : tensor.to(dtype);
  }

  private Tensor folded(Tensor given) {
    int[] folded = Arrays.copyOf(given.shape().sizes(), sizes.size());
    folded[folded.length - 1] =
        Math.toIntExact(given.shape().product(folded.length - 1, given.rank()));
    return given.reshape(folded);
  }

  private boolean fits(Shape shape) {
    return shape.rank() == sizes.size()
        && IntStream.range(0, sizes.size()).allMatch(i -> sizes.get(i).fits(shape.size(i)));
  }

  private Tensor int32(String model, Tensor given) {
    if (given.dtype() == DType.INT32) {
      return given;
    }
    int[] values = new int[Math.toIntExact(given.numel())];
    for (int i = 0; i < values.length; i++) {
      double value = given.get(i); // exact far beyond the range of int
      if (value != (int) value) {
        throw new IllegalArgumentException(
            model + ": tensor " + name + " holds " + value + ", which is no number of anything");
      }
      values[i] = (int) value;
    }
    return Tensor.of(values, given.shape().sizes());
  }

  @Override
  public String toString() {
    return (isInteger ? "whole numbers (" : "floats (")
        + sizes.stream().map(InputSize::toString).collect(Collectors.joining(", "))
        + ")";
  }
}
