package io.troupe.nn.summary;

import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;

/**
 * Operations of any kind that are not products and do not move windows over images. Their first
 * tensor is the result, which depends on all others. They are rows of the table if they read
 * parameters.
 */
final class OtherOperations implements InvocationHandler {
  private final Trace trace;

  private OtherOperations(Trace trace) {
    this.trace = trace;
  }

  /** Operations of an interface of the backend. */
  static <T> T of(Class<T> operations, Trace trace) {
    return operations.cast(
        Proxy.newProxyInstance(
            operations.getClassLoader(), new Class<?>[] {operations}, new OtherOperations(trace)));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) {
    if (method.getReturnType() != void.class) {
      throw new IllegalStateException(
          "a prediction must not need the value of " + method.getName() + " for a summary");
    }
    List<Object> given = arguments == null ? List.of() : Stream.of(arguments).toList();
    note(method.getName(), given);
    return null;
  }

  private void note(String operation, List<Object> arguments) {
    Tensor[] tensors =
        arguments.stream()
            .filter(Tensor.class::isInstance)
            .map(Tensor.class::cast)
            .toArray(Tensor[]::new);
    if (tensors.length == 0) {
      return;
    }
    Tensor out = tensors[0];
    Csr edges = edges(arguments);
    Reach reach = reach(out, tensors);
    if (edges != null || trace.readsParameter(tensors)) {
      long multiplyAdds = edges == null ? 0 : edges.numEntries() * (out.numel() / out.size(0));
      trace.layer(operation, out, multiplyAdds, reach, tensors);
    } else {
      trace.reached(out, reach);
    }
  }

  private static Csr edges(List<Object> arguments) {
    for (Object argument : arguments) {
      if (argument instanceof Csr edges) {
        return edges;
      }
    }
    return null;
  }

  /** Fewer results than positions are sums over all of them. */
  private Reach reach(Tensor out, Tensor[] tensors) {
    Reach reach = trace.reachOf(tensors);
    return reach instanceof Reach.Field field && out.numel() < field.positions()
        ? Reach.WHOLE
        : reach;
  }
}
