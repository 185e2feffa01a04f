package io.troupe.actors.cluster.content;

import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.training.shard.GradientLayout;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardSum;
import java.util.List;

/**
 * The sum of a node of gradient shards: the size of the gradient, the gradient, which is empty if
 * no sample of the node has one, and the numbers of the tokens.
 */
public final class SumBytes {
  private SumBytes() {}

  /** Copies a sum. */
  public static Payload copy(ShardSum sum) {
    return PayloadBytes.copy(
        List.of(PayloadBytes.longs(sum.gradient().byteSize()), sum.gradient(), sum.tokens()));
  }

  /**
   * Whether a payload has the size of a sum, for some number of tokens.
   *
   * @param layout of the gradients of the policy
   */
  public static boolean mayFit(Payload payload, GradientLayout layout) {
    long rest = payload.sizeBytes() - Long.BYTES;
    if (rest < 0) {
      return false;
    }
    long gradient = new PayloadBytes(payload).nextLong();
    return (gradient == 0 || gradient == layout.sizeBytes())
        && rest >= gradient
        && (rest - gradient) % Double.BYTES == 0;
  }

  /**
   * Copies a sum out of a payload that {@linkplain #mayFit may fit}.
   *
   * @param layout of the gradients of the policy
   * @return belongs to the caller
   */
  public static ShardSum read(
      Payload payload, ShardRange shards, int iteration, GradientLayout layout) {
    PayloadBytes bytes = new PayloadBytes(payload);
    long gradientBytes = bytes.nextLong();
    long tokenBytes = payload.sizeBytes() - Long.BYTES - gradientBytes;
    ShardSum sum = layout.allocateSum(shards, iteration, gradientBytes, tokenBytes);
    bytes.next(sum.gradient());
    bytes.next(sum.tokens());
    return sum;
  }
}
