package io.troupe.tensor;

/** Element-wise functions of one operand, with PyTorch's meaning. */
public enum UnaryOp {
  NEG,
  ABS,
  SQUARE,
  SQRT,
  RSQRT,
  RECIPROCAL,
  EXP,
  LOG,
  TANH,
  SIGMOID,
  RELU,
  SILU,
  /** x tanh(log(1 + exp(x))) (arXiv:1908.08681). */
  MISH,
  /** x Phi(x) with the error function. */
  GELU,
  /** GPT-2's approximation with tanh. */
  GELU_TANH
}
