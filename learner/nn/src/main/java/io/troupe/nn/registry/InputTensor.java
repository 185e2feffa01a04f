package io.troupe.nn.registry;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An input tensor of a model.
 *
 * @param name such as {@code input} or {@code edge_index}
 * @param kind of its numbers
 * @param isOptional whether it may be missing
 * @param isFlattened whether dimensions beyond the last of {@code sizes} are flattened into it, as
 *     those of an image are for a perceptron
 * @param sizes of each dimension, outermost first
 * @param example a number that all elements of a valid tensor may have
 */
public record InputTensor(
    String name,
    Kind kind,
    boolean isOptional,
    boolean isFlattened,
    List<InputSize> sizes,
    int example) {
  /** The type of the elements. */
  public enum Kind {
    /** Floating-point numbers of any type; converted to the type of the parameters. */
    FLOATS("floats"),
    /** Integers of any type; converted to INT32. */
    INTEGERS("whole numbers"),
    /**
     * Integers or floating-point numbers, such as times; converted to the type of the parameters.
     */
    NUMBERS("numbers");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    private boolean fits(DType dtype) {
      return this == NUMBERS || dtype.isInteger() == (this == INTEGERS);
    }
  }

  /** Copies the sizes. */
  public InputTensor {
    sizes = List.copyOf(sizes);
  }

  /** Required floating-point numbers. */
  public static InputTensor floats(String name, InputSize... sizes) {
    return new InputTensor(name, Kind.FLOATS, false, false, List.of(sizes), 0);
  }

  /** Required integers. */
  public static InputTensor integers(String name, InputSize... sizes) {
    return new InputTensor(name, Kind.INTEGERS, false, false, List.of(sizes), 0);
  }

  /** Required numbers of either type. */
  public static InputTensor numbers(String name, InputSize... sizes) {
    return new InputTensor(name, Kind.NUMBERS, false, false, List.of(sizes), 0);
  }

  /** Images: {@code input}, (batch, channels, height, width). */
  public static InputTensor images(InputSize channels, InputSize height, InputSize width) {
    return floats("input", InputSize.any("batch"), channels, height, width);
  }

  /** The same tensor, optional. */
  public InputTensor optional() {
    return new InputTensor(name, kind, true, isFlattened, sizes, example);
  }

  /** The same tensor, with further dimensions flattened into the last one. */
  public InputTensor flattened() {
    return new InputTensor(name, kind, isOptional, true, sizes, example);
  }

  /** The same tensor, with another valid number. */
  public InputTensor withExample(int number) {
    return new InputTensor(name, kind, isOptional, isFlattened, sizes, number);
  }

  /**
   * Checks a tensor and converts it to the type that the model expects.
   *
   * @param model for the error
   * @param dtype of the model's parameters
   * @throws IllegalArgumentException if the tensor does not fit
   */
  Tensor require(String model, Tensor given, DType dtype) {
    Tensor tensor = isFlattened && given.rank() > sizes.size() ? folded(given) : given;
    if (!kind.fits(given.dtype()) || !fits(tensor.shape())) {
      throw misfit(model, given.dtype() + " " + given.shape());
    }
    return kind == Kind.INTEGERS ? int32(model, tensor) : tensor.to(dtype);
  }

  /** Checks the shape of a tensor. */
  void requireFits(String model, Shape shape) {
    if (!fits(shape)) {
      throw misfit(model, shape.toString());
    }
  }

  private IllegalArgumentException misfit(String model, String given) {
    return new IllegalArgumentException(
        model + ": tensor " + name + " must be " + this + ", got " + given);
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
            model + ": tensor " + name + " must contain integers, got " + value);
      }
      values[i] = (int) value;
    }
    return Tensor.of(values, given.shape().sizes());
  }

  @Override
  public String toString() {
    return kind.text
        + " ("
        + sizes.stream().map(InputSize::toString).collect(Collectors.joining(", "))
        + ")";
  }
}
