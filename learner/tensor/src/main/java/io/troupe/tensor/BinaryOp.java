package io.troupe.tensor;

/** Element-wise operations on two operands. Comparisons give 1 for true and 0 for false. */
public enum BinaryOp {
  ADD,
  SUB,
  MUL,
  DIV,
  MAXIMUM,
  MINIMUM,
  POW,
  LESS,
  GREATER,
  EQUAL
}
