package io.troupe.nn.checkpoint;

import java.util.Optional;
import java.util.Set;

/**
 * The names in a Hugging Face folder: those of the model, or those of the model without its head.
 *
 * @param family whose folder it is
 * @param hasHead whether the model has an output layer of its own
 */
record PretrainedNames(ModelFamily family, boolean hasHead) implements WeightNames {
  private static final String HEAD = "lm_head.weight";

  /** The names that a model of these parameters may have in files. */
  static PretrainedNames of(ModelFamily family, Set<String> parameters) {
    return new PretrainedNames(family, parameters.contains(HEAD));
  }

  @Override
  public Optional<String> stored(String tensor, Set<String> files) {
    String bare = family.withoutPrefix(tensor);
    return files.contains(tensor) ? Optional.of(tensor) : Optional.of(bare).filter(files::contains);
  }

  @Override
  public boolean isTransposed(String tensor) {
    return family.isTransposed(tensor);
  }

  /** Stored masks, and a tied head that was written all the same. */
  @Override
  public boolean isIgnored(String stored) {
    return family.isBuffer(stored) || (!hasHead && stored.equals(HEAD));
  }

  @Override
  public boolean mayBeMissing(String tensor) {
    return false;
  }
}
