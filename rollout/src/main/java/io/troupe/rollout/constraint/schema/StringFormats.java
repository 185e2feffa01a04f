package io.troupe.rollout.constraint.schema;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Regular expressions for the values of the keyword {@code format}: those of OpenAI's structured
 * outputs, and {@code uri}. Each describes a part of the valid texts, so that automata stay small:
 * dates end with the 28th, labels of host names have at most 30 characters, and identifiers of
 * resources belong to HTTP.
 */
final class StringFormats {
  private static final String TIME = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?";
  private static final String OFFSET = "(Z|[+-](0\\d|1[0-7]):[0-5]\\d)";
  private static final String DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])";
  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,28}[A-Za-z0-9])?";
  private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final String HEX = "[0-9a-f]{1,4}";
  private static final String NUMBER = "\\d{1,4}";
  private static final String CLOCK =
      "T(" + inOrder(NUMBER + "H", NUMBER + "M", NUMBER + "S") + ")";

  private static final TreeMap<String, String> PATTERNS = new TreeMap<>();

  static {
    PATTERNS.put("date", DATE);
    PATTERNS.put("time", TIME + OFFSET);
    PATTERNS.put("date-time", DATE + "T" + TIME + OFFSET);
    PATTERNS.put("uuid", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    PATTERNS.put(
        "duration",
        "P(%sW|(%s)(%s)?|%s)"
            .formatted(NUMBER, inOrder(NUMBER + "Y", NUMBER + "M", NUMBER + "D"), CLOCK, CLOCK));
    PATTERNS.put("hostname", LABEL + "(\\." + LABEL + "){0,7}");
    PATTERNS.put(
        "email",
        "[A-Za-z0-9_+-]{1,30}(\\.[A-Za-z0-9_+-]{1,30})?@" + LABEL + "(\\." + LABEL + "){1,4}");
    PATTERNS.put("ipv4", "(" + BYTE + "\\.){3}" + BYTE);
    PATTERNS.put("ipv6", ipv6());
    PATTERNS.put(
        "uri",
        "https?://"
            + LABEL
            + "(\\."
            + LABEL
            + "){0,4}(:[1-9]\\d{0,3})?(/[A-Za-z0-9._~-]{0,40}){0,8}"
            + "(\\?[A-Za-z0-9._~=&-]{0,60})?(#[A-Za-z0-9._~-]{0,40})?");
  }

  private StringFormats() {}

  /** One or more parts that follow one another, the first of which may be any of them. */
  private static String inOrder(String first, String second, String third) {
    return "%s(%s(%s)?)?|%s(%s)?|%s".formatted(first, second, third, second, third, third);
  }

  /** Eight groups, or fewer with {@code ::} for those that are 0. */
  private static String ipv6() {
    StringBuilder options = new StringBuilder("(" + HEX + ":){7}" + HEX);
    for (int before = 0; before <= 7; before++) {
      options.append(before == 0 ? "|:" : "|(" + HEX + ":){" + before + "}");
      options.append(before == 7 ? ":" : "(:|(:" + HEX + "){1," + (7 - before) + "})");
    }
    return options.toString();
  }

  /** The expression that a text of a format matches as a whole; empty for other formats. */
  static Optional<String> pattern(String format) {
    return Optional.ofNullable(PATTERNS.get(format)).map(pattern -> "^(" + pattern + ")$");
  }

  /** All formats. */
  static List<String> names() {
    return List.copyOf(PATTERNS.keySet());
  }
}
