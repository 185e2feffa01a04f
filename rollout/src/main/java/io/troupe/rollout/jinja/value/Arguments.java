package io.troupe.rollout.jinja.value;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arguments of a call: by position and by keyword. */
public record Arguments(List<Value> positional, Map<String, Value> named) {
  /** No arguments. */
  public static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** These arguments by position. */
  public static Arguments of(Value... positional) {
    return new Arguments(List.of(positional), Map.of());
  }

  /** These arguments behind others by position. */
  public Arguments without(int count) {
    return new Arguments(positional.subList(count, positional.size()), named);
  }

  /** Arguments that are assigned to parameters. */
  public record Bound(String function, Map<String, Value> values) {
    /** The argument of a parameter, if it is given. */
    public Optional<Value> get(String parameter) {
      return Optional.ofNullable(values.get(parameter));
    }

    /** The argument of a parameter or its default. */
    public Value get(String parameter, Value orElse) {
      return values.getOrDefault(parameter, orElse);
    }

    /** Whether the argument of a parameter counts as true. */
    public boolean flag(String parameter) {
      return get(parameter).map(Truth::of).orElse(false);
    }
  }

  /**
   * Assigns the arguments to parameters in order.
   *
   * @param function its name in error messages
   * @param required how many of the parameters must be given
   */
  public Bound bind(String function, int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw TemplateException.type(
          function
              + "() takes at most "
              + parameters.length
              + " arguments ("
              + positional.size()
              + " given)");
    }
    Map<String, Value> values = new HashMap<>();
    for (int i = 0; i < positional.size(); i++) {
      values.put(parameters[i], positional.get(i));
    }
    List<String> known = List.of(parameters);
    named.forEach(
        (name, value) -> {
          if (!known.contains(name)) {
            throw TemplateException.type(
                function + "() got an unexpected keyword argument '" + name + "'");
          }
          if (values.put(name, value) != null) {
            throw TemplateException.type(
                function + "() got multiple values for argument '" + name + "'");
          }
        });
    for (int i = 0; i < required; i++) {
      if (!values.containsKey(parameters[i])) {
        throw TemplateException.type(
            function + "() missing required argument '" + parameters[i] + "'");
      }
    }
    return new Bound(function, values);
  }

  /** These arguments and one more keyword. */
  public Arguments with(String name, Value value) {
    Map<String, Value> more = new LinkedHashMap<>(named);
    more.put(name, value);
    return new Arguments(new ArrayList<>(positional), more);
  }
}
