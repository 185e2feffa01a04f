package io.troupe.rollout.jinja.syntax;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The variables of a scope while it is analyzed (Jinja's {@code Symbols}). */
final class Symbols {
  private final Optional<Symbols> outer;
  private final Map<String, ScopeLayout.Start> starts = new LinkedHashMap<>();
  private final Set<String> stores = new HashSet<>();

  Symbols(Optional<Symbols> outer) {
    this.outer = outer;
  }

  private boolean isKnown(String name) {
    return starts.containsKey(name) || isKnownOutside(name);
  }

  private boolean isKnownOutside(String name) {
    Optional<Symbols> around = outer;
    while (around.isPresent()) {
      if (around.get().starts.containsKey(name)) {
        return true;
      }
      around = around.get().outer;
    }
    return false;
  }

  void declareParameter(String name) {
    stores.add(name);
    starts.put(name, ScopeLayout.Start.PARAMETER);
  }

  void load(String name) {
    if (!isKnown(name)) {
      starts.put(name, ScopeLayout.Start.RESOLVE);
    }
  }

  void store(String name) {
    stores.add(name);
    if (!starts.containsKey(name)) {
      starts.put(
          name, isKnownOutside(name) ? ScopeLayout.Start.ALIAS : ScopeLayout.Start.UNDEFINED);
    }
  }

  /** The same variables, for one branch of a condition. */
  Symbols branch() {
    Symbols copy = new Symbols(outer);
    copy.starts.putAll(starts);
    copy.stores.addAll(stores);
    return copy;
  }

  /** Adds the variables of branches, none of which may be taken. */
  void merge(List<Symbols> branches) {
    Set<String> assigned = new HashSet<>();
    branches.forEach(branch -> assigned.addAll(branch.stores));
    assigned.removeAll(stores);
    for (Symbols branch : branches) {
      starts.putAll(branch.starts);
      stores.addAll(branch.stores);
    }
    for (String name : assigned) {
      starts.put(name, isKnownOutside(name) ? ScopeLayout.Start.ALIAS : ScopeLayout.Start.RESOLVE);
    }
  }

  ScopeLayout layout() {
    return new ScopeLayout(starts);
  }
}
