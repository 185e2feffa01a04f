package io.troupe.training.state;

import io.troupe.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A checksum of weights: CRC-32C over the bytes of all parameters in their order. Equal in all
 * processes with the same weights; it says nothing about their names.
 */
public final class WeightChecksum {
  private static final long MAX_BUFFER_BYTES = 1L << 30; // a ByteBuffer has less than 2 GiB

  private WeightChecksum() {}

  /** The checksum of parameters, in the order of the collection; from 0 to 2^32 - 1. */
  public static long of(Collection<Tensor> parameters) {
    return ofSegments(parameters.stream().map(Tensor::segment).toList());
  }

  /** The checksum of the contents of parameters. */
  static long ofSegments(List<MemorySegment> contents) {
    CRC32C checksum = new CRC32C();
    for (MemorySegment content : contents) {
      for (long from = 0; from < content.byteSize(); from += MAX_BUFFER_BYTES) {
        long size = Math.min(MAX_BUFFER_BYTES, content.byteSize() - from);
        checksum.update(content.asSlice(from, size).asByteBuffer());
      }
    }
    return checksum.getValue();
  }
}
