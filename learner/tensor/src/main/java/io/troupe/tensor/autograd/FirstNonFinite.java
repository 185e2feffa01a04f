package io.troupe.tensor.autograd;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the first operation whose result contains NaN or infinity, like PyTorch's anomaly
 * detection. It is used to repeat a failed step: every result is checked, which is slow. Only
 * operations of the calling thread are checked.
 */
public final class FirstNonFinite {
  private static final ThreadLocal<FirstNonFinite> LOOKING = new ThreadLocal<>();

  private final Map<Tensor, String> names;
  private String found;

  private FirstNonFinite(Map<Tensor, String> names) {
    this.names = names;
  }

  /**
   * Runs a computation and names the first operation with a non-finite result.
   *
   * @param names of known tensors, such as parameters and inputs
   * @param forward the computation; it must be recorded for gradients
   * @return such as {@code log of loss}; empty if every result was finite
   */
  public static Optional<String> during(Map<Tensor, String> names, Runnable forward) {
    for (Map.Entry<Tensor, String> known : names.entrySet()) {
      if (isNonFinite(known.getKey())) {
        return Optional.of(known.getValue());
      }
    }
    FirstNonFinite look = new FirstNonFinite(names);
    LOOKING.set(look);
    try {
      forward.run();
    } finally {
      LOOKING.remove();
    }
    return Optional.ofNullable(look.found);
  }

  /** Called for every result that is recorded. */
  static void recorded(String operation, Tensor result, Tensor... inputs) {
    FirstNonFinite look = LOOKING.get();
    if (look != null && look.found == null && isNonFinite(result)) {
      String known =
          Stream.of(inputs)
              .filter(input -> input != null && look.names.containsKey(input))
              .map(look.names::get)
              .collect(Collectors.joining(", "));
      look.found = "the result of " + operation + (known.isEmpty() ? "" : " with " + known);
    }
  }

  private static boolean isNonFinite(Tensor tensor) {
    return tensor.dtype().isComputed()
        && !Double.isFinite(Backend.of(tensor).reduction().sumSquares(tensor));
  }
}
