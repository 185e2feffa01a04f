package io.troupe.nn.pretrained;

import io.troupe.nn.checkpoint.StorageType;

/**
 * Options for saving a model.
 *
 * @param type type of the weights in the files: F32, F64, BF16 or F16
 * @param maxShardBytes maximum number of bytes of weights per file, above 0; larger models are
 *     split into shards
 */
public record SaveOptions(StorageType type, long maxShardBytes) {
  /** The default size of a shard, 5 GB, as in transformers 4. */
  public static final long DEFAULT_MAX_SHARD_BYTES = 5_000_000_000L;

  /** Checks the type and the size. */
  public SaveOptions {
    if (!type.isFloating()) {
      throw new IllegalArgumentException(
          "the type of saved weights must be F32, F64, BF16 or F16, got " + type);
    }
    if (maxShardBytes <= 0) {
      throw new IllegalArgumentException("maxShardBytes must be above 0, got " + maxShardBytes);
    }
  }

  /** One file of up to {@link #DEFAULT_MAX_SHARD_BYTES}. */
  public SaveOptions(StorageType type) {
    this(type, DEFAULT_MAX_SHARD_BYTES);
  }
}
