package io.troupe.nn.checkpoint;

import java.util.Optional;
import java.util.Set;

/** How the names and matrices in files of weights differ from those of the model. */
public interface WeightNames {
  /** The treatment of a tensor in a file that the model does not have. */
  enum ExtraTensor {
    /** It is skipped. */
    IGNORED,
    /** It is skipped, and the caller gets its name for a warning. */
    REPORTED,
    /** The file is rejected. */
    REJECTED
  }

  /** The name under which files store a tensor of the model; empty when they do not. */
  Optional<String> stored(String tensor, Set<String> files);

  /** Whether files store the transpose of a tensor of the model. */
  default boolean isTransposed(String tensor) {
    return false;
  }

  /** The treatment of a stored tensor that the model does not have. */
  default ExtraTensor extra(String stored) {
    return ExtraTensor.REJECTED;
  }

  /** Whether a tensor of the model is optional in files. */
  default boolean mayBeMissing(String tensor) {
    return false;
  }
}
