package io.troupe.deploy.view;

/**
 * Text styles of a terminal.
 *
 * @param colors whether escape sequences are used
 */
public record Style(boolean colors) {
  /** Important text. */
  public String bold(String text) {
    return wrap("1", text);
  }

  /** Less important text. */
  public String dim(String text) {
    return wrap("2", text);
  }

  /** A good result. */
  public String green(String text) {
    return wrap("32", text);
  }

  /** A bad result. */
  public String red(String text) {
    return wrap("31", text);
  }

  private String wrap(String code, String text) {
    return colors && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
