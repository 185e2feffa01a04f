package io.troupe.rollout.jinja.eval;

import io.troupe.rollout.jinja.syntax.ScopeLayout;
import io.troupe.rollout.jinja.value.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The variables of a scope while it is executed. */
final class Frame {
  private final Optional<Frame> outer;
  private final ScopeLayout layout;
  private final Map<String, Value> values = new HashMap<>();

  private Frame(Optional<Frame> outer, ScopeLayout layout) {
    this.outer = outer;
    this.layout = layout;
  }

  /**
   * Enters a scope.
   *
   * @param resolve the template's variables and the global functions
   */
  static Frame enter(
      Optional<Frame> outer, ScopeLayout layout, Function<String, Optional<Value>> resolve) {
    Frame frame = new Frame(outer, layout);
    layout
        .variables()
        .forEach(
            (name, start) -> {
              switch (start) {
                case RESOLVE -> resolve.apply(name).ifPresent(value -> frame.set(name, value));
                case ALIAS ->
                    outer
                        .flatMap(around -> around.find(name))
                        .ifPresent(value -> frame.set(name, value));
                case PARAMETER, UNDEFINED -> {}
              }
            });
    return frame;
  }

  boolean hasParameter(String name) {
    return layout.variables().get(name) == ScopeLayout.Start.PARAMETER;
  }

  /** The value of a variable in the innermost scope that has it. */
  Optional<Value> find(String name) {
    Frame frame = this;
    while (!frame.layout.variables().containsKey(name)) {
      if (frame.outer.isEmpty()) {
        return Optional.empty();
      }
      frame = frame.outer.get();
    }
    return Optional.ofNullable(frame.values.get(name));
  }

  /** Sets a variable of this scope. */
  void set(String name, Value value) {
    values.put(name, value);
  }
}
