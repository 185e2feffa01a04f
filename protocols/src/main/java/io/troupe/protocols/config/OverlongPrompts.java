package io.troupe.protocols.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Treatment of prompts that are longer than the limit. No treatment removes their end. */
public enum OverlongPrompts {
  /** They are left out and counted, as with verl's {@code filter_overlong_prompts}. */
  SKIP,
  /** Tokens are removed from their start, as with TRL's and verl's left truncation. */
  TRUNCATE_LEFT;

  /** The treatments by their names in settings. */
  static final Map<String, OverlongPrompts> BY_NAME = byName();

  private static Map<String, OverlongPrompts> byName() {
    Map<String, OverlongPrompts> byName = new LinkedHashMap<>();
    byName.put("skip", SKIP);
    byName.put("truncate-left", TRUNCATE_LEFT);
    return Collections.unmodifiableMap(byName);
  }
}
