package io.troupe.actors.cluster.protocol;

/**
 * The result of work that may fail.
 *
 * @param <T> type of the result
 */
public sealed interface Outcome<T> {

  /** The work is done. */
  record Done<T>(T value) implements Outcome<T> {}

  /**
   * The work failed.
   *
   * @param reason one line
   */
  record Failed<T>(String reason) implements Outcome<T> {}

  /** A result. */
  static <T> Outcome<T> done(T value) {
    return new Done<>(value);
  }

  /** A failure. */
  static <T> Outcome<T> failed(String reason) {
    return new Failed<>(reason);
  }
}
