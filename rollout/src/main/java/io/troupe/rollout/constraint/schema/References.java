package io.troupe.rollout.constraint.schema;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Named languages that may contain themselves, to a limited depth.
 *
 * <p>The depth makes every language finite in its nesting. A name whose shortest text is nested
 * more deeply than the remaining depth is the empty language, so that a text never reaches a place
 * that it cannot leave.
 */
final class References {
  /** The maximum number of references inside each other. */
  static final int MAX_DEPTH = 64;

  private final Languages languages;
  private final Map<String, Definition> definitions = new HashMap<>();
  private final Map<String, Integer> minDepths = new HashMap<>();

  /** A language by the depth that remains for the references in it. */
  @FunctionalInterface
  interface Definition {
    Language at(int depth);
  }

  References(Languages languages) {
    this.languages = languages;
  }

  /**
   * A named language inside another one.
   *
   * @param depth what remains outside of it
   */
  Language to(String name, int depth, Definition definition) {
    definitions.putIfAbsent(name, definition);
    int inside = depth - 1;
    Integer minDepth = minDepths.get(name);
    if (minDepth == null || minDepth > inside) {
      return languages.nothing();
    }
    return languages.reference(List.of(this, name, inside), () -> definition.at(inside));
  }

  /**
   * Finds the depth that each name needs, before a language with references is built.
   *
   * @param root the language
   */
  void resolve(Definition root) {
    root.at(MAX_DEPTH);
    Set<String> read = new HashSet<>();
    while (read.size() < definitions.size()) { // a definition may add others
      for (String name : List.copyOf(definitions.keySet())) {
        if (read.add(name)) {
          definitions.get(name).at(MAX_DEPTH);
        }
      }
    }
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      Set<String> found = new HashSet<>();
      for (Map.Entry<String, Definition> entry : definitions.entrySet()) {
        String name = entry.getKey();
        if (!minDepths.containsKey(name) && !entry.getValue().at(depth).isNothing()) {
          found.add(name);
        }
      }
      if (found.isEmpty()) {
        return; // a greater depth changes nothing
      }
      for (String name : found) {
        minDepths.put(name, depth);
      }
    }
  }
}
