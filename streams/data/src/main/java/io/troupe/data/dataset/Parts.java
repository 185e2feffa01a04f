package io.troupe.data.dataset;

import java.util.Optional;
import java.util.function.Function;

/**
 * What a source brings of itself.
 *
 * @param train the training part, and all there is where the others are empty
 * @param validation empty if it has none
 * @param test empty if it has none
 */
record Parts<T>(T train, Optional<T> validation, Optional<T> test) {

  /** A source of one part. */
  static <T> Parts<T> of(T all) {
    return new Parts<>(all, Optional.empty(), Optional.empty());
  }

  /** The same parts as something else; the training part is made first. */
  <R> Parts<R> map(Function<? super T, ? extends R> change) {
    R changed = change.apply(train);
    return new Parts<>(changed, validation.map(change), test.map(change));
  }
}
