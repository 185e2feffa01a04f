package io.troupe.rollout.constraint.validation;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.UUID;

/** The values of the keyword {@code format}. */
final class TextFormats {
  private TextFormats() {}

  /** Whether a text has a format; a format that is not known is not checked. */
  static boolean isValid(String format, String text) {
    try {
      return switch (format) {
        case "date" -> LocalDate.parse(text) != null;
        case "time" -> OffsetTime.parse(text) != null;
        case "date-time" -> OffsetDateTime.parse(text) != null;
        case "uuid" -> UUID.fromString(text).toString().equalsIgnoreCase(text);
        case "duration" -> isDuration(text);
        case "hostname" -> isHostName(text);
        case "email" -> isEmail(text);
        case "ipv4" -> Inet4Address.ofLiteral(text).getHostAddress().equals(text);
        case "ipv6" -> text.indexOf('%') < 0 && Inet6Address.ofLiteral(text) != null;
        case "uri" -> new URI(text).isAbsolute();
        default -> true;
      };
    } catch (DateTimeException | IllegalArgumentException | URISyntaxException _) {
      return false;
    }
  }

  /** RFC 3339, appendix A: weeks alone, or units that follow one another without a gap. */
  private static boolean isDuration(String text) {
    if (!text.startsWith("P") || text.length() < 3 || text.endsWith("T")) {
      return false;
    }
    int time = text.indexOf('T');
    String days = time < 0 ? text.substring(1) : text.substring(1, time);
    boolean hasWeeks = time < 0 && hasUnits(days, "W");
    return hasWeeks
        || ((days.isEmpty() || hasUnits(days, "YMD"))
            && (time < 0 || hasUnits(text.substring(time + 1), "HMS")));
  }

  private static boolean hasUnits(String text, String units) {
    int unit = -1;
    int position = 0;
    while (position < text.length()) {
      int start = position;
      while (position < text.length() && Character.digit(text.charAt(position), 10) >= 0) {
        position++;
      }
      int found = position < text.length() ? units.indexOf(text.charAt(position)) : -1;
      if (position == start || found < 0 || (unit >= 0 && found != unit + 1)) {
        return false;
      }
      unit = found;
      position++;
    }
    return unit >= 0;
  }

  private static boolean isHostName(String text) {
    if (text.length() > 253) {
      return false;
    }
    for (String label : text.split("\\.", -1)) {
      boolean hasLetters = label.chars().allMatch(c -> c < 128 && isLetterOrHyphen(c));
      if (label.isEmpty()
          || label.length() > 63
          || !hasLetters
          || label.startsWith("-")
          || label.endsWith("-")) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrHyphen(int character) {
    return character == '-' || Character.isLetterOrDigit(character);
  }

  private static boolean isEmail(String text) {
    int at = text.lastIndexOf('@');
    String local = at < 0 ? "" : text.substring(0, at);
    return !local.isEmpty()
        && local.length() <= 64
        && local.chars().allMatch(c -> c > 32 && c < 127 && "()<>[]:;@,\"\\".indexOf(c) < 0)
        && !(local.startsWith(".") || local.endsWith(".") || local.contains(".."))
        && isHostName(text.substring(at + 1));
  }
}
