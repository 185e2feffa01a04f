package io.troupe.tensor;

/** Element types, named as in PyTorch. */
public enum DType {
  /** 32-bit IEEE float: the type that models compute in. */
  FLOAT32(4),
  /** 64-bit IEEE float: for gradient checks and sums that must not drift. */
  FLOAT64(8),
  /** The upper half of a {@link #FLOAT32}: storage only, converted before computing. */
  BFLOAT16(2),
  /** 32-bit signed integer: token ids, positions, indices. */
  INT32(4),
  /** 64-bit signed integer. */
  INT64(8);

  private final int sizeBytes;

  DType(int sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** Bytes that one element takes. */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** Whether arithmetic and gradients are defined: {@link #FLOAT32} and {@link #FLOAT64}. */
  public boolean isComputed() {
    return this == FLOAT32 || this == FLOAT64;
  }

  /** Whether the type holds whole numbers. */
  public boolean isInteger() {
    return this == INT32 || this == INT64;
  }
}
