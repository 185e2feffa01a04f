package io.troupe.tensor.backend;

/** What a reduction computes over the dimensions it removes. */
public enum ReduceOp {
  SUM,
  MAX
}
