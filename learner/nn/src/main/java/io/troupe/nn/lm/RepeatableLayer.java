package io.troupe.nn.lm;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * The forward pass of a layer that has the same result each time: later calls draw the random
 * numbers of the first one, for dropout.
 */
final class RepeatableLayer implements UnaryOperator<Tensor> {
  private final Module layer;
  private final UnaryOperator<Tensor> forward;
  private final long[] start;
  private boolean isRepetition;

  RepeatableLayer(Module layer, UnaryOperator<Tensor> forward) {
    this.layer = layer;
    this.forward = forward;
    this.start = layer.randomPositions();
  }

  @Override
  public Tensor apply(Tensor x) {
    if (!isRepetition) {
      isRepetition = true;
      return forward.apply(x);
    }
    long[] now = layer.randomPositions();
    layer.randomPositions(start);
    Tensor result = forward.apply(x);
    layer.randomPositions(now);
    return result;
  }
}
