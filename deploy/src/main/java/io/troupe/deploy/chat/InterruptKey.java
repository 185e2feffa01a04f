package io.troupe.deploy.chat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ctrl-C (the signal INT) interrupts the answer instead of ending the program. Outside of an answer
 * it ends the program as usual.
 *
 * <p>Uses {@code sun.misc.Signal} by reflection: the JDK supports it but the compiler warns about
 * each use of it, which the build does not allow. Where it is missing, Ctrl-C ends the program.
 */
public final class InterruptKey implements AnswerInterrupt {
  private static final Logger LOG = LoggerFactory.getLogger(InterruptKey.class);

  @Override
  public Scope duringAnswer(Thread thread) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object signal = signalType.getConstructor(String.class).newInstance("INT");
      Object handler =
          Proxy.newProxyInstance(
              handlerType.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> handle(thread, method, arguments));
      Method handle = signalType.getMethod("handle", signalType, handlerType);
      Object before = handle.invoke(null, signal, handler);
      return () -> restore(handle, signal, before);
    } catch (ReflectiveOperationException e) {
      LOG.debug("Ctrl-C cannot interrupt an answer", e);
      return () -> {};
    }
  }

  private static Object handle(Thread thread, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "handle" -> {
        thread.interrupt();
        yield null;
      }
      case "hashCode" -> System.identityHashCode(thread);
      case "equals" -> arguments[0] == thread;
      default -> method.getName();
    };
  }

  private static void restore(Method handle, Object signal, Object before) {
    try {
      handle.invoke(null, signal, before);
      Thread.interrupted(); // a late Ctrl-C belongs to the answer that has ended
    } catch (IllegalAccessException | InvocationTargetException e) {
      LOG.debug("Ctrl-C cannot be restored", e);
    }
  }
}
