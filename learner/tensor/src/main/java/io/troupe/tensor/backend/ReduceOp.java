package io.troupe.tensor.backend;

/** The function that a reduction computes over the removed dimensions. */
public enum ReduceOp {
  SUM,
  MAX
}
