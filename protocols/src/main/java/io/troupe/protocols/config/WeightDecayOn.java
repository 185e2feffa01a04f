package io.troupe.protocols.config;

import java.util.Arrays;
import java.util.List;

/** The parameters that weight decay acts on. */
public sealed interface WeightDecayOn {
  /** Those of two or more dimensions, not biases and norms, as transformers' Trainer has it. */
  record Matrices() implements WeightDecayOn {}

  /** All, as {@code torch.optim} has it without groups. */
  record All() implements WeightDecayOn {}

  /**
   * Those whose full names start in one of some ways.
   *
   * @param prefixes such as {@code conv1.}, for GCN's first layer alone; at least one
   */
  record Named(List<String> prefixes) implements WeightDecayOn {
    /** Copies the list and checks that there is something in it. */
    public Named {
      prefixes = List.copyOf(prefixes);
      Settings.require(
          !prefixes.isEmpty() && prefixes.stream().noneMatch(String::isBlank),
          "weight-decay-on",
          String.join(",", prefixes),
          "wants matrices, all, or how names of parameters start, separated by commas");
    }
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
