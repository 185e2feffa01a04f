package io.troupe.tensor.autograd;

import io.troupe.tensor.GradientListener;
import io.troupe.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The number of operations that have yet to add to the gradient of each leaf of a graph. */
final class LeafProgress {
  /** Nobody is told. */
  static final LeafProgress UNOBSERVED = new LeafProgress(GradientListener.NONE, Map.of());

  private final GradientListener listener;
  private final Map<Tensor, Integer> uses;

  private LeafProgress(GradientListener listener, Map<Tensor, Integer> uses) {
    this.listener = listener;
    this.uses = uses;
  }

  /** Counts the uses of the leaves that {@code result} was computed from. */
  static LeafProgress of(Tensor result, GradientListener listener) {
    if (listener == GradientListener.NONE) {
      return UNOBSERVED;
    }
    LeafProgress progress = new LeafProgress(listener, new LinkedHashMap<>());
    progress.count(result);
    listener.started(Set.copyOf(progress.uses.keySet()));
    return progress;
  }

  private void count(Tensor result) {
    Set<Tensor> seen = new HashSet<>(Set.of(result));
    ArrayDeque<Tensor> next = new ArrayDeque<>(Set.of(result));
    if (isLeaf(result)) {
      uses.put(result, 1);
    }
    while (!next.isEmpty()) {
      Tensor tensor = next.remove();
      if (Node.of(tensor) == null) {
        continue;
      }
      for (Tensor input : Node.of(tensor).inputs()) {
        if (isLeaf(input)) {
          uses.merge(input, 1, Integer::sum);
        } else if (input != null && seen.add(input)) {
          next.add(input);
        }
      }
    }
  }

  private static boolean isLeaf(Tensor input) {
    return input != null && input.requiresGrad() && Node.of(input) == null;
  }

  /** An operation has added to the gradients of its operands. */
  void propagated(Node node) {
    if (uses.isEmpty()) {
      return;
    }
    for (Tensor input : node.inputs()) {
      if (isLeaf(input) && uses.merge(input, -1, LeafProgress::remaining) == null) {
        listener.completed(input);
      }
    }
  }

  /** Returns null, which removes the leaf, after its last use. */
  private static Integer remaining(int uses, int used) {
    return uses + used == 0 ? null : Integer.valueOf(uses + used);
  }

  /** The pass has ended; leaves that it has not reached are complete as well. */
  void end() {
    uses.keySet().forEach(listener::completed);
  }
}
