package io.troupe.serving.access;

/** What a caller may do. */
public enum Scope {
  /** Generate text, and read the state of the endpoint. */
  GENERATE,
  /** Replace the weights. */
  WEIGHTS
}
