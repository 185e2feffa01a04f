package io.troupe.streams.weights;

/** The state of the newest version of the weights at a receiver. */
public sealed interface Delivery {

  /** No version is being received. */
  record Idle() implements Delivery {}

  /**
   * A version is arriving.
   *
   * @param policyVersion version of the policy
   * @param bytes bytes received
   * @param totalBytes size of the version
   */
  record Arriving(long policyVersion, long bytes, long totalBytes) implements Delivery {}

  /** A version is complete and can be swapped in. */
  record Complete(long policyVersion) implements Delivery {}

  /**
   * The version that was being received is lost; frames are ignored until a version starts again.
   *
   * @param cause the frame and its error
   */
  record Damaged(String cause) implements Delivery {}
}
