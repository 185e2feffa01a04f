package io.troupe.rollout.jinja.eval;

import io.troupe.rollout.jinja.syntax.Statement;
import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A macro, or the block of a {@code call}, with the scope that it is defined in. */
final class MacroFunction implements Value.Function {
  private static final String CALLER = "caller";
  private static final String KEYWORDS = "kwargs";
  private static final String POSITIONAL = "varargs";

  private final Renderer renderer;
  private final String name;
  private final Statement.Signature signature;
  private final Statement.Scope body;
  private final Frame outer;

  MacroFunction(
      Renderer renderer,
      String name,
      Statement.Signature signature,
      Statement.Scope body,
      Frame outer) {
    this.renderer = renderer;
    this.name = name;
    this.signature = signature;
    this.body = body;
    this.outer = outer;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Value call(Arguments arguments) {
    renderer.budget().enter();
    Frame frame = renderer.enter(body, Optional.of(outer));
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    List<String> parameters = signature.parameters();
    List<Value> positional = arguments.positional();
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      Optional<Value> given =
          i < positional.size()
              ? Optional.of(positional.get(i))
              : Optional.ofNullable(named.remove(parameter));
      given.ifPresent(value -> frame.set(parameter, value));
    }
    setSpecial(frame, named, positional);
    setDefaults(frame);
    String text = renderer.capture(body.statements(), frame);
    renderer.budget().leave();
    return Value.text(text);
  }

  private boolean isSpecial(Frame frame, String variable) {
    return frame.hasParameter(variable) && !signature.parameters().contains(variable);
  }

  private void setSpecial(Frame frame, Map<String, Value> named, List<Value> positional) {
    if (isSpecial(frame, CALLER)) {
      Value caller = named.remove(CALLER);
      frame.set(CALLER, caller == null ? Value.Undefined.of("No caller defined") : caller);
    }
    if (isSpecial(frame, KEYWORDS)) {
      frame.set(KEYWORDS, Value.Dict.ofTexts(named));
    } else if (named.containsKey(CALLER)) {
      throw TemplateException.type(
          "macro '"
              + name
              + "' was invoked with two values for the special caller argument. This is most"
              + " likely a bug.");
    } else if (!named.isEmpty()) {
      throw TemplateException.type(
          "macro '"
              + name
              + "' takes no keyword argument '"
              + named.keySet().iterator().next()
              + "'");
    }
    int expected = signature.parameters().size();
    if (isSpecial(frame, POSITIONAL)) {
      int from = Math.min(expected, positional.size());
      frame.set(POSITIONAL, new Value.Tuple(positional.subList(from, positional.size())));
    } else if (positional.size() > expected) {
      throw TemplateException.type(
          "macro '" + name + "' takes not more than " + expected + " argument(s)");
    }
  }

  private void setDefaults(Frame frame) {
    List<String> parameters = signature.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      if (frame.find(parameter).isEmpty()) {
        frame.set(
            parameter,
            signature
                .defaultOf(i)
                .map(value -> renderer.evaluate(value, frame))
                .orElseGet(
                    () -> Value.Undefined.of("parameter '" + parameter + "' was not provided")));
      }
    }
  }
}
