package io.troupe.training.shard;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.memory.MemoryUse;
import java.util.List;

/** Memory for the gradients of all parameters. The owner must close it. */
final class GradientBuffer implements AutoCloseable {
  private final GradientLayout layout;
  private final Scope scope;
  private final Tensor all;

  GradientBuffer(GradientLayout layout, Engine engine, DType dtype, Shape shape) {
    this.layout = layout;
    this.scope = engine.longLived("gradient shards", MemoryUse.GRADIENTS);
    this.all = Tensor.empty(scope, dtype, shape);
    for (int i = 0; i < layout.parameters().size(); i++) {
      Tensor padding = layout.padding(all, i);
      if (padding.numel() > 0) {
        padding.filli(0);
      }
    }
  }

  /** The gradients of all parameters. */
  Tensor all() {
    return all;
  }

  /** The gradient of one parameter, by its position. */
  Tensor of(int index) {
    return layout.view(all, index);
  }

  /** Lets the parameters collect their gradients here, from zero. */
  void collect() {
    for (int i = 0; i < layout.parameters().size(); i++) {
      layout.parameters().get(i).collectGradIn(of(i));
    }
  }

  /** Makes the contents the gradients of the parameters. */
  void take() {
    collect();
    layout.parameters().forEach(Tensor::takeGrad);
  }

  /** Whether every element is finite. */
  boolean isFinite() {
    return Double.isFinite(Backend.of(all).reduction().sumSquaresOfAll(List.of(all)));
  }

  @Override
  public void close() {
    scope.close();
  }
}
