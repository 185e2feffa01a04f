package io.troupe.nn.checkpoint;

import io.troupe.tensor.DType;
import java.util.Optional;

/** Element types of safetensors files. */
public enum StorageType {
  /** 64-bit float. */
  F64(8),
  /** 32-bit float. */
  F32(4),
  /** 16-bit IEEE float. */
  F16(2),
  /** The upper half of a 32-bit float. */
  BF16(2),
  /** 64-bit signed integer. */
  I64(8),
  /** 32-bit signed integer. */
  I32(4),
  /** 8-bit unsigned integer. */
  U8(1),
  /** 0 or 1 in a byte. */
  BOOL(1);

  private final int sizeBytes;

  StorageType(int sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** Bytes of one element. */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** The type with a name, if there is one. */
  public static Optional<StorageType> named(String name) {
    for (StorageType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The type that stores elements of a tensor without conversion. */
  public static StorageType of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> F32;
      case FLOAT64 -> F64;
      case BFLOAT16 -> BF16;
      case INT32 -> I32;
      case INT64 -> I64;
    };
  }

  /** The type of a tensor that holds the elements without loss. */
  public DType dtype() {
    return switch (this) {
      case F64 -> DType.FLOAT64;
      case F32, F16 -> DType.FLOAT32;
      case BF16 -> DType.BFLOAT16;
      case I64 -> DType.INT64;
      case I32, U8, BOOL -> DType.INT32;
    };
  }

  /** The name in {@code config.json}, such as {@code bfloat16}. */
  public String torchName() {
    return switch (this) {
      case F64 -> "float64";
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case I64 -> "int64";
      case I32 -> "int32";
      case U8 -> "uint8";
      case BOOL -> "bool";
    };
  }

  /** Whether it is a floating-point type. */
  public boolean isFloating() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }
}
