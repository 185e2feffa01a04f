package io.troupe.streams.decoding;

import io.troupe.nn.lm.CausalLM;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** A model that counts its forward passes. */
final class CountedPasses {
  private CountedPasses() {}

  static CausalLM of(CausalLM model, AtomicInteger passes) {
    return (CausalLM)
        Proxy.newProxyInstance(
            CausalLM.class.getClassLoader(),
            new Class<?>[] {CausalLM.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("hiddenStates")) {
                passes.incrementAndGet();
              }
              try {
                return method.invoke(model, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
