package io.troupe.actors.cluster.content;

import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.nn.lm.CausalLM;
import io.troupe.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The weights of a model: the bytes of its parameters, in their order. */
public final class WeightBytes {
  private WeightBytes() {}

  /** Copies the weights. */
  public static Payload copy(CausalLM model) {
    return PayloadBytes.copy(
        model.namedParameters().values().stream().map(WeightBytes::bytes).toList());
  }

  /** The bytes of a parameter in row-major order, whatever its layout in memory. */
  private static MemorySegment bytes(Tensor parameter) {
    MemorySegment bytes =
        MemorySegment.ofBuffer(ByteBuffer.allocateDirect(Math.toIntExact(parameter.sizeBytes())));
    parameter.getBytes(0, bytes);
    return bytes;
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
