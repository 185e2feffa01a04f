package io.troupe.actors.cluster.content;

import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.nn.lm.CausalLM;
import io.troupe.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The weights of a model: the bytes of its parameters, in their order. */
public final class WeightBytes {
  private static final long PART_BYTES = 256L << 20;

  private WeightBytes() {}

  /** Copies the weights. */
  public static Payload copy(CausalLM model) {
    List<ByteBuffer> parts = new ArrayList<>();
    List<Tensor> together = new ArrayList<>();
    long bytes = 0;
    for (Tensor parameter : model.namedParameters().values()) {
      if (bytes + parameter.sizeBytes() > PART_BYTES && !together.isEmpty()) {
        parts.add(copy(together, bytes));
        together.clear();
        bytes = 0;
      }
      together.add(parameter);
      bytes += parameter.sizeBytes();
    }
    parts.add(copy(together, bytes));
    return new Payload(parts);
  }

  /** The bytes of parameters in row-major order, whatever their layout in memory. */
  private static ByteBuffer copy(List<Tensor> parameters, long bytes) {
    ByteBuffer copy = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    MemorySegment segment = MemorySegment.ofBuffer(copy);
    long offset = 0;
    for (Tensor parameter : parameters) {
      parameter.getBytes(0, segment.asSlice(offset, parameter.sizeBytes()));
      offset += parameter.sizeBytes();
    }
    return copy;
  }

  /** Size of the weights of a model. */
  public static long size(CausalLM model) {
    return model.namedParameters().values().stream().mapToLong(Tensor::sizeBytes).sum();
  }

  /** The checksum of weights, as learners compute it: CRC-32C over all bytes. */
  public static long checksum(Payload weights) {
    CRC32C checksum = new CRC32C();
    weights.parts().forEach(checksum::update);
    return checksum.getValue();
  }

  /**
   * Checks that weights have arrived whole, and fit a model.
   *
   * @throws IllegalArgumentException if their size or their checksum is another one
   */
  public static void require(WeightsVersion weights, CausalLM model) {
    long size = size(model);
    long checksum = checksum(weights.data());
    if (weights.data().sizeBytes() != size || checksum != weights.checksum()) {
      throw new IllegalArgumentException(
          "policy version %d must have %d bytes with checksum %08x, got %d bytes with %08x"
              .formatted(
                  weights.version(),
                  size,
                  weights.checksum(),
                  weights.data().sizeBytes(),
                  checksum));
    }
  }

  /**
   * Overwrites the weights of a model.
   *
   * @param weights of the same model; its parts may be cut anywhere
   */
  public static void write(Payload weights, CausalLM model) {
    PayloadBytes bytes = new PayloadBytes(weights);
    for (Tensor parameter : model.namedParameters().values()) {
      bytes.next(parameter.sizeBytes(), parameter::setBytes);
    }
  }
}
