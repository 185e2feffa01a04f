package io.troupe.actors.cluster.content;

import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.training.shard.GradientLayout;
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
    return (gradient == 0 || gradient == layout.sizeBytes()) && rest >= gradient;
  }

  /**
   * Fills a sum that was allocated to receive.
   *
   * @return false if the sizes differ; the sum must not be provided then
   */
  public static boolean fill(ShardSum sum, Payload payload) {
    long size = Long.BYTES + sum.gradient().byteSize() + sum.tokens().byteSize();
    if (payload.sizeBytes() != size) {
      return false;
    }
    PayloadBytes bytes = new PayloadBytes(payload);
    if (bytes.nextLong() != sum.gradient().byteSize()) {
      return false;
    }
    bytes.next(sum.gradient());
    bytes.next(sum.tokens());
    return true;
  }
}
