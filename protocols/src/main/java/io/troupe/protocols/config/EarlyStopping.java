package io.troupe.protocols.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** When beam search stops, as {@code early_stopping} in transformers. */
public enum EarlyStopping {
  /**
   * {@code False}: when no running beam can still beat the worst finished one, scored at its
   * present length.
   */
  FALSE,
  /** {@code True}: as soon as there are {@code num-beams} finished beams. */
  TRUE,
  /**
   * {@code "never"}: when no running beam can still beat the worst finished one at any length up to
   * the limit.
   */
  NEVER;

  /** The values by their names in settings. */
  public static final Map<String, EarlyStopping> BY_NAME = byName();

  private static Map<String, EarlyStopping> byName() {
    Map<String, EarlyStopping> byName = new LinkedHashMap<>();
    byName.put("false", FALSE);
    byName.put("true", TRUE);
    byName.put("never", NEVER);
    return Collections.unmodifiableMap(byName);
  }
}
