package io.troupe.streams.weights;

/** How far the newest version of the weights has come at a receiver. */
public sealed interface Delivery {

  /** No version is under way. */
  record Idle() implements Delivery {}

  /**
   * A version is arriving.
   *
   * @param policyVersion which
   * @param bytes that have arrived of it
   * @param totalBytes that it has
   */
  record Arriving(long policyVersion, long bytes, long totalBytes) implements Delivery {}

  /** A version has arrived whole and can be swapped in. */
  record Complete(long policyVersion) implements Delivery {}

  /**
   * What was arriving is lost; frames are passed over until a version starts again.
   *
   * @param cause what was wrong with which frame
   */
  record Damaged(String cause) implements Delivery {}
}
