package io.troupe.protocols.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A way to draw the images of a dataset, with pixels in [0, 1]: bright strokes on black. */
public enum Rendering {
  /** As they are. */
  PLAIN,
  /** Dark strokes on white. */
  INVERTED,
  /** Strokes that are one pixel wider on each side. */
  BOLD,
  /** The outlines of the strokes. */
  OUTLINED;

  static Map<String, Rendering> byName() {
    Map<String, Rendering> byName = new LinkedHashMap<>();
    Arrays.stream(values()).forEach(kind -> byName.put(kind.settingName(), kind));
    return byName;
  }

  /** The name in settings, such as {@code bold}. */
  public String settingName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
