package io.troupe.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.Memory;
import java.util.List;
import java.util.function.Function;

/**
 * Compares the gradients of a function with central differences, in FLOAT64.
 *
 * <p>The scalar to differentiate is the sum of the result's elements with random weights, so that
 * every element of the Jacobian contributes. With a step of 1e-5, the error of a difference is
 * about 1e-10 (third-order term) and 1e-11 (rounding divided by the step) for functions whose
 * values and derivatives are near 1. A tolerance of 1e-7 allows for steep functions and still
 * detects every wrong term.
 */
public final class GradientCheck {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-7;
  private static final long WEIGHTS_SEED = 17;

  private final Function<List<Tensor>, Tensor> function;
  private final List<Tensor> inputs;

  private GradientCheck(Function<List<Tensor>, Tensor> function, List<Tensor> inputs) {
    this.function = function;
    this.inputs = inputs;
  }

  /**
   * Checks the gradient for every element of every input.
   *
   * @param function called many times; must return the same result each time
   * @param inputs FLOAT64 leaves
   */
  public static void check(Function<List<Tensor>, Tensor> function, Tensor... inputs) {
    new GradientCheck(function, List.of(inputs)).check();
  }

  private void check() {
    for (Tensor input : inputs) {
      assertThat(input.dtype()).isEqualTo(DType.FLOAT64);
      input.requiresGrad(true);
    }
    double[][] expected = new double[inputs.size()][];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = differences(inputs.get(i));
    }
    try (Scope _ = Scope.current().engine().open("gradient check")) {
      Tensor result = function.apply(inputs);
      result.backward(weights(result));
    }
    for (int i = 0; i < expected.length; i++) {
      compare(i, inputs.get(i), expected[i]);
    }
    for (int target = 0; target <= inputs.size(); target++) {
      checkModified(target);
    }
  }

  private static void compare(int index, Tensor input, double[] expected) {
    assertThat(input.grad()).as("gradient of input %d", index).isNotNull();
    double[] actual = input.grad().toDoubles();
    for (int j = 0; j < expected.length; j++) {
      assertThat(
              Math.abs(actual[j] - expected[j]) <= TOLERANCE * Math.max(1, Math.abs(expected[j])))
          .as(
              "input %d %s, element %d: gradient %s, differences say %s",
              index, input.shape(), j, actual[j], expected[j])
          .isTrue();
    }
  }

  private double[] differences(Tensor input) {
    double[] differences = new double[Math.toIntExact(input.numel())];
    for (int j = 0; j < differences.length; j++) {
      double at = input.get(j);
      differences[j] =
          (valueWith(input, j, at + STEP) - valueWith(input, j, at - STEP)) / (2 * STEP);
      set(input, j, at);
    }
    return differences;
  }

  private double valueWith(Tensor input, int element, double value) {
    set(input, element, value);
    try (Scope _ = Scope.current().engine().open("differences");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      Tensor result = function.apply(inputs);
      double[] values = result.toDoubles();
      double[] weights = weights(result).toDoubles();
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[i] * weights[i];
      }
      return sum;
    }
  }

  /**
   * Modifies an operand or the result in place after the forward pass. The backward pass must
   * either fail or return the same gradients.
   *
   * @param target index of an operand, or the number of operands for the result
   */
  private void checkModified(int target) {
    List<double[]> expected = inputs.stream().map(input -> input.grad().toDoubles()).toList();
    inputs.forEach(Tensor::zeroGrad);
    List<double[]> contents = inputs.stream().map(Tensor::toDoubles).toList();
    try (Scope _ = Scope.current().engine().open("modified")) {
      Tensor result = function.apply(inputs);
      (target == inputs.size() ? result : inputs.get(target)).detach().muli(-3);
      try {
        result.backward(weights(result));
        for (int i = 0; i < expected.size(); i++) {
          assertThat(inputs.get(i).grad().toDoubles())
              .as("gradient %d after tensor %d was modified", i, target)
              .containsExactly(expected.get(i));
        }
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageContaining("do not modify it in place before backward()");
      }
    }
    for (int i = 0; i < expected.size(); i++) {
      inputs.get(i).copyFrom(Tensor.of(contents.get(i), contents.get(i).length));
      inputs.get(i).zeroGrad();
      inputs.get(i).gradBuffer().copyFrom(Tensor.of(expected.get(i), expected.get(i).length));
    }
  }

  private static void set(Tensor input, int element, double value) {
    Memory.setDouble(input.address() + 8L * element, value);
    input.storage().changed();
  }

  private static Tensor weights(Tensor result) {
    return new RandomTensors(WEIGHTS_SEED).uniform(DType.FLOAT64, result.shape(), 0.5, 1.5);
  }
}
