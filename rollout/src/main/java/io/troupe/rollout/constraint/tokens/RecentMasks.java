package io.troupe.rollout.constraint.tokens;

import io.troupe.rollout.constraint.automaton.Language;
import java.util.LinkedHashMap;

/** A limited number of masks by state, those that were used last. */
final class RecentMasks {
  private final LinkedHashMap<Language, long[]> masks = new LinkedHashMap<>(16, 0.75f, true);
  private final int limit;

  RecentMasks(int limit) {
    this.limit = limit;
  }

  /** The mask of a state, or null. */
  long[] get(Language state) {
    return masks.get(state);
  }

  void put(Language state, long[] mask) {
    masks.put(state, mask);
    if (masks.size() > limit) {
      masks.pollFirstEntry();
    }
  }

  void clear() {
    masks.clear();
  }

  int size() {
    return masks.size();
  }
}
