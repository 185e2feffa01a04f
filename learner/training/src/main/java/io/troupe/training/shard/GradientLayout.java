package io.troupe.training.shard;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The places of the gradients of all parameters in one buffer: in the order of the parameters, each
 * at a multiple of 16 elements. Elements between them are 0. Learners with the same model have the
 * same layout.
 */
public final class GradientLayout {
  private static final int ALIGNMENT = 16; // elements, so that each gradient is at a cache line

  private final List<Tensor> parameters;
  private final Map<Tensor, Integer> indices = new IdentityHashMap<>();
  private final long[] offsets;

  /**
   * The layout for some parameters.
   *
   * @throws IllegalArgumentException if they do not have one element type
   */
  public GradientLayout(Collection<Tensor> parameters) {
    this.parameters = List.copyOf(parameters);
    this.offsets = new long[this.parameters.size() + 1];
    for (int i = 0; i < this.parameters.size(); i++) {
      Tensor parameter = this.parameters.get(i);
      if (parameter.dtype() != dtype()) {
        throw new IllegalArgumentException(
            "parameters must have one type to add up their gradients, got %s and %s"
                .formatted(dtype(), parameter.dtype()));
      }
      indices.put(parameter, i);
      offsets[i + 1] = offsets[i] + (parameter.numel() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
  }

  private DType dtype() {
    return parameters.getFirst().dtype();
  }

  List<Tensor> parameters() {
    return parameters;
  }

  /** The position of a parameter in the order of all. */
  int indexOf(Tensor parameter) {
    return indices.get(parameter);
  }

  /** Size of the buffer in bytes. */
  public long sizeBytes() {
    return offsetBytes(parameters.size());
  }

  /** Bytes from the start of the buffer to the gradient of a parameter. */
  long offsetBytes(int index) {
    return offsets[index] * dtype().sizeBytes();
  }

  /** Discards the gradients; the parameters collect the next ones in their own memory. */
  void release() {
    parameters.forEach(parameter -> parameter.collectGradIn(null));
  }

  /**
   * Allocates memory of undefined contents for a peer's sum. The caller fills {@link
   * ShardSum#gradient} and {@link ShardSum#tokens}, and provides the sum to the step that it
   * belongs to or closes it. Thread-safe.
   *
   * @param iteration the optimizer step within the training step, from 0
   * @param gradientBytes {@link #sizeBytes}, or 0 if no sample of the shards has a gradient
   * @param tokenBytes a multiple of 8; the caller bounds it
   * @throws IllegalArgumentException for other sizes
   */
  public ShardSum allocateSum(
      ShardRange range, int iteration, long gradientBytes, long tokenBytes) {
    if (gradientBytes != 0 && gradientBytes != sizeBytes()) {
      throw new IllegalArgumentException(
          "gradient of shards %s must have 0 or %d bytes, got %d"
              .formatted(range, sizeBytes(), gradientBytes));
    }
    try (IncomingSum sum = incoming(range, iteration, gradientBytes > 0)) {
      return sum.complete(tokenBytes);
    }
  }

  /** Begins to receive a peer's sum, which the caller completes or closes. Thread-safe. */
  public IncomingSum incoming(ShardRange range, int iteration, boolean hasGradient) {
    return new IncomingSum(this, range, iteration, hasGradient);
  }

  /**
   * Divides the buffer, from its end to its start as a backward pass completes it, into parts of
   * whole parameters.
   *
   * @param minBytes least size of a part, except for the last one
   * @return the size of the buffer, then the offset in bytes at which each part starts
   */
  public long[] partBounds(long minBytes) {
    LongStream.Builder bounds = LongStream.builder().add(sizeBytes());
    long end = sizeBytes();
    for (int i = parameters.size() - 1; i >= 0; i--) {
      if (i == 0 || end - offsetBytes(i) >= minBytes) {
        end = offsetBytes(i);
        bounds.add(end);
      }
    }
    return bounds.build().toArray();
  }

  Engine engine() {
    return parameters.getFirst().scope().engine();
  }

  /** A buffer of undefined contents. */
  GradientBuffer allocate() {
    Shape shape = Shape.of(Math.toIntExact(offsets[parameters.size()] / ALIGNMENT), ALIGNMENT);
    return new GradientBuffer(this, engine(), dtype(), shape);
  }

  /** The part of a buffer for one parameter. */
  Tensor view(Tensor buffer, int index) {
    return buffer.view(offsets[index], parameters.get(index).shape());
  }

  /** The elements of a buffer between the gradient of a parameter and the next one. */
  Tensor padding(Tensor buffer, int index) {
    long end = offsets[index] + parameters.get(index).numel();
    return buffer.view(end, Shape.of((int) (offsets[index + 1] - end)));
  }
}
