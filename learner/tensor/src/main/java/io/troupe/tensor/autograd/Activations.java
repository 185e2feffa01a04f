package io.troupe.tensor.autograd;

import io.troupe.tensor.Scope;
import io.troupe.tensor.Storage;
import io.troupe.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The results of a graph whose memory may be given back during a backward pass: what an operation
 * has made is read by those after it and by its own gradient, and all of these have run when its
 * gradient has. Memory that several results share, as views do, goes with the last of them; memory
 * that is also a leaf's, such as a parameter's, is left alone.
 */
final class Activations {
  /** Nothing is given back. */
  static final Activations KEPT = new Activations(null, Map.of());

  private final Scope scope;
  private final Map<Storage, Integer> users;

  private Activations(Scope scope, Map<Storage, Integer> users) {
    this.scope = scope;
    this.users = users;
  }

  /** Those that led to a result and live in the current scope. */
  static Activations of(Tensor result) {
    Scope scope = Scope.current();
    Map<Storage, Integer> users = new HashMap<>();
    Set<Storage> ofLeaves = new HashSet<>();
    Set<Tensor> seen = new HashSet<>();
    ArrayDeque<Tensor> next = new ArrayDeque<>();
    next.add(result);
    while (!next.isEmpty()) {
      Tensor tensor = next.remove();
      if (!seen.add(tensor)) {
        continue;
      }
      if (Node.of(tensor) == null) {
        ofLeaves.add(tensor.storage());
        continue;
      }
      if (tensor.scope() == scope) {
        users.merge(tensor.storage(), 1, Integer::sum);
      }
      for (Tensor input : Node.of(tensor).inputs()) {
        if (input != null) {
          next.add(input);
        }
      }
    }
    users.keySet().removeAll(ofLeaves);
    return new Activations(scope, users);
  }

  /** The gradient of a result has been passed on. */
  void done(Tensor result) {
    Integer left = users.get(result.storage());
    if (left == null) {
      return;
    }
    if (left > 1) {
      users.put(result.storage(), left - 1);
    } else {
      users.remove(result.storage());
      scope.release(result);
    }
  }
}
