package io.troupe.rollout.jinja.syntax;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables of a scope and their values at its start.
 *
 * @param variables by name
 */
public record ScopeLayout(Map<String, Start> variables) {
  /** The value of a variable at the start of its scope. */
  public enum Start {
    /** It is assigned before it is read. */
    PARAMETER,
    /** It has the value of the template's variable or global function. */
    RESOLVE,
    /** It has the value of the variable of the same name around the scope. */
    ALIAS,
    /** It has no value. */
    UNDEFINED
  }

  /** Copies the variables. */
  public ScopeLayout {
    variables = Map.copyOf(new LinkedHashMap<>(variables));
  }
}
