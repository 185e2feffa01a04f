package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.Value;

/** A function that is part of the language: a global function or a method of a value. */
record BoundMethod(String name, Body body) implements Value.Function {
  /** The code of the function. */
  @FunctionalInterface
  interface Body {
    Value call(Arguments arguments);
  }

  @Override
  public Value call(Arguments arguments) {
    return body.call(arguments);
  }

  /** A method that Python has and that does not exist here. */
  static BoundMethod unsupported(String type, String name) {
    return new BoundMethod(
        name,
        arguments -> {
          throw Failures.unsupported("the method " + type + "." + name);
        });
  }
}
