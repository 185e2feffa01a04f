package io.troupe.nn.checkpoint;

import java.util.Optional;
import java.util.Set;

/** How the names and matrices in files of weights differ from those of the model. */
interface WeightNames {
  /** The name under which files hold a tensor of the model; empty when they do not. */
  Optional<String> stored(String tensor, Set<String> files);

  /** Whether files hold the transpose of a tensor of the model. */
  boolean isTransposed(String tensor);

  /** Whether files may hold a tensor of this name that the model does not have. */
  boolean isIgnored(String stored);

  /** Whether files may be without a tensor of the model. */
  boolean mayBeMissing(String tensor);
}
