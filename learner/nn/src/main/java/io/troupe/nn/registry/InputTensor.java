package io.troupe.nn.registry;

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
 * @param kind of its numbers
 * @param isOptional whether a prediction may go without it
 * @param isFlattened whether dimensions beyond the last of {@code sizes} are folded into it, as an
 *     image's are by a network that does not know where its pixels lie
 * @param sizes of each dimension, outermost first
 */
public record InputTensor(
    String name, Kind kind, boolean isOptional, boolean isFlattened, List<InputSize> sizes) {
  /** What numbers a tensor holds. */
  public enum Kind {
    /** Floats of any type; the model gets the type of its parameters. */
    FLOATS("floats"),
    /** Whole numbers of any type; the model gets INT32. */
    INTEGERS("whole numbers"),
    /** Either of them, such as times; the model gets the type of its parameters. */
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

  /** Numbers that must be there. */
  public static InputTensor floats(String name, InputSize... sizes) {
    return new InputTensor(name, Kind.FLOATS, false, false, List.of(sizes));
  }

  /** Whole numbers that must be there. */
  public static InputTensor integers(String name, InputSize... sizes) {
    return new InputTensor(name, Kind.INTEGERS, false, false, List.of(sizes));
  }

  /** Numbers of either kind that must be there. */
  public static InputTensor numbers(String name, InputSize... sizes) {
    return new InputTensor(name, Kind.NUMBERS, false, false, List.of(sizes));
  }

  /** Images: {@code input}, (batch, channels, height, width). */
  public static InputTensor images(InputSize channels, InputSize height, InputSize width) {
    return floats("input", InputSize.any("batch"), channels, height, width);
  }

  /** The same tensor, without which a prediction may go. */
  public InputTensor optional() {
    return new InputTensor(name, kind, true, isFlattened, sizes);
  }

  /** The same tensor, whose further dimensions are folded into its last. */
  public InputTensor flattened() {
    return new InputTensor(name, kind, isOptional, true, sizes);
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
    if (!kind.fits(given.dtype()) || !fits(tensor.shape())) {
      throw misfit(model, given.dtype() + " " + given.shape());
    }
    return kind == Kind.INTEGERS ? int32(model, tensor) : tensor.to(dtype);
  }

  /** Complains if a tensor of this shape does not fit. */
  void requireFits(String model, Shape shape) {
    if (!fits(shape)) {
      throw misfit(model, shape.toString());
    }
  }

  private IllegalArgumentException misfit(String model, String given) {
    return new IllegalArgumentException(
        model + ": tensor " + name + " is " + given + ", expected " + this);
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
    return kind.text
        + " ("
        + sizes.stream().map(InputSize::toString).collect(Collectors.joining(", "))
        + ")";
  }
}
