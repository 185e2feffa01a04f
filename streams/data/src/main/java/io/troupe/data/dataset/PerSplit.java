package io.troupe.data.dataset;

import java.util.Optional;
import java.util.function.Function;

/**
 * A value for each split that a source defines.
 *
 * @param train of the training set; of all examples if the others are empty
 * @param validation of the validation set; empty if the source has none
 * @param test of the test set; empty if the source has none
 */
public record PerSplit<T>(T train, Optional<T> validation, Optional<T> test) {

  /** A source without its own splits. */
  public static <T> PerSplit<T> of(T all) {
    return new PerSplit<>(all, Optional.empty(), Optional.empty());
  }

  /** Converts each value; that of the training set first. */
  public <R> PerSplit<R> map(Function<? super T, ? extends R> change) {
    R changed = change.apply(train);
    return new PerSplit<>(changed, validation.map(change), test.map(change));
  }
}
