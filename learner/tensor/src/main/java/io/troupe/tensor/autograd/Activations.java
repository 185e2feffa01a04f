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
 * The results of a graph whose memory is released during a backward pass. A result is read by later
 * operations and by its own gradient; all of them have run when its gradient has. Memory shared by
 * several results, such as views, is released with the last of them; memory that belongs to a leaf,
 * such as a parameter, is kept.
 */
final class Activations {
  /** No memory is released. */
  static final Activations KEPT = new Activations(null, Map.of());

  private final Scope scope;
  private final Map<Storage, Integer> users;

  private Activations(Scope scope, Map<Storage, Integer> users) {
    this.scope = scope;
    this.users = users;
  }

  /** Collects the intermediate results of {@code result} that are in the current scope. */
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

  /** Releases a result whose gradient has been propagated. */
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
