package io.troupe.serving.access;

import java.util.Set;

/**
 * The owner of an API key.
 *
 * @param name of the key; appears in logs, unlike the key
 * @param scopes what it may do
 */
public record Caller(String name, Set<Scope> scopes) {
  /** Copies the set. */
  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /** Whether the caller may do something. */
  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }
}
