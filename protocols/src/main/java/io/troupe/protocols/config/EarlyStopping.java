package io.troupe.protocols.config;

/** When beam search stops, as {@code early_stopping} in transformers. */
public enum EarlyStopping {
  /**
   * {@code False}: when no running beam can still beat the worst finished one, judged at its
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

  /**
   * The value that a setting names: {@code false}, {@code true} or {@code never}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static EarlyStopping parse(String text) {
    return switch (text) {
      case "false", "False" -> FALSE;
      case "true", "True" -> TRUE;
      case "never" -> NEVER;
      default ->
          throw new IllegalArgumentException(
              "early-stopping=" + text + " is not one of false, true, never");
    };
  }
}
