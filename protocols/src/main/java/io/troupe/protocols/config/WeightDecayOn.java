package io.troupe.protocols.config;

import java.util.Arrays;
import java.util.List;

/** The parameters to which weight decay applies. */
public sealed interface WeightDecayOn {
  /** Parameters of two or more dimensions, no biases or norms, as in transformers' Trainer. */
  record Matrices() implements WeightDecayOn {}

  /** All parameters, as in {@code torch.optim} without parameter groups. */
  record All() implements WeightDecayOn {}

  /**
   * Parameters whose full names start with one of several prefixes.
   *
   * @param prefixes such as {@code conv1.}, for GCN's first layer alone; at least one
   */
  record Named(List<String> prefixes) implements WeightDecayOn {
    /** Copies the list and checks that it has no empty prefix. */
    public Named {
      prefixes = List.copyOf(prefixes);
      if (prefixes.isEmpty() || prefixes.stream().anyMatch(String::isBlank)) {
        throw new IllegalArgumentException(
            "weight-decay-on must not have an empty prefix, got " + String.join(",", prefixes));
      }
    }
  }

  /** The value of the setting, which {@link #from} reads back. */
  default String settingText() {
    return switch (this) {
      case Matrices() -> "matrices";
      case All() -> "all";
      case Named(List<String> prefixes) -> String.join(",", prefixes);
    };
  }

  /** Reads {@code matrices}, {@code all}, or prefixes separated by commas. */
  static WeightDecayOn from(String text) {
    return switch (text.strip()) {
      case "matrices" -> new Matrices();
      case "all" -> new All();
      default -> new Named(Arrays.stream(text.split(",", -1)).map(String::strip).toList());
    };
  }
}
