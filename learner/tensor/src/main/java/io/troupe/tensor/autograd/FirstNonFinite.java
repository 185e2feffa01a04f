package io.troupe.tensor.autograd;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks for the first operation whose result holds NaN or infinity, as PyTorch's anomaly detection
 * does for gradients. Made for doing a step again that has failed: every result is read while it
 * looks. Used by one thread; others are not looked at.
 */
public final class FirstNonFinite {
  private static final ThreadLocal<FirstNonFinite> LOOKING = new ThreadLocal<>();

  private final Map<Tensor, String> names;
  private String found;

  private FirstNonFinite(Map<Tensor, String> names) {
    this.names = names;
  }

  /**
   * Computes again and says where the first value came up that is no number.
   *
   * @param names of tensors that a reader knows, such as parameters and inputs
   * @param forward the computation; recorded for gradients, so that its operations are seen
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
