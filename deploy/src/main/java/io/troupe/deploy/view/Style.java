package io.troupe.deploy.view;

/**
 * How words stand out on a terminal.
 *
 * @param colours whether escape sequences may be used
 */
public record Style(boolean colours) {
  /** The main thing. */
  public String bold(String text) {
    return wrap("1", text);
  }

  /** What may be overlooked. */
  public String dim(String text) {
    return wrap("2", text);
  }

  /** Good. */
  public String green(String text) {
    return wrap("32", text);
  }

  /** Bad. */
  public String red(String text) {
    return wrap("31", text);
  }

  private String wrap(String code, String text) {
    return colours && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
