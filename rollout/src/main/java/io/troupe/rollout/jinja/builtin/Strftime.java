package io.troupe.rollout.jinja.builtin;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;

/** Dates in the format of C's {@code strftime}, in English. */
final class Strftime {
  private static final Map<Character, String> PATTERNS =
      Map.ofEntries(
          Map.entry('Y', "uuuu"),
          Map.entry('y', "uu"),
          Map.entry('m', "MM"),
          Map.entry('d', "dd"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('M', "mm"),
          Map.entry('S', "ss"),
          Map.entry('f', "SSSSSS"),
          Map.entry('j', "DDD"),
          Map.entry('p', "a"),
          Map.entry('A', "EEEE"),
          Map.entry('a', "EEE"),
          Map.entry('B', "MMMM"),
          Map.entry('b', "MMM"),
          Map.entry('h', "MMM"),
          Map.entry('F', "uuuu-MM-dd"),
          Map.entry('D', "MM/dd/uu"),
          Map.entry('T', "HH:mm:ss"),
          Map.entry('R', "HH:mm"),
          Map.entry('x', "MM/dd/uu"),
          Map.entry('X', "HH:mm:ss"));

  private Strftime() {}

  static String format(String format, Clock clock) {
    LocalDateTime now = LocalDateTime.now(clock);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      boolean unpadded = format.startsWith("-", i + 1) && i + 2 < format.length();
      i += unpadded ? 2 : 1;
      String field = field(format.charAt(i), now);
      out.append(unpadded ? withoutZeros(field) : field);
    }
    return out.toString();
  }

  private static String field(char directive, LocalDateTime now) {
    return switch (directive) {
      case '%' -> "%";
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'Z', 'z' -> ""; // the date has no time zone
      case 'e' -> String.format("%2d", now.getDayOfMonth());
      case 'u' -> String.valueOf(now.getDayOfWeek().getValue());
      case 'w' -> String.valueOf(now.getDayOfWeek().getValue() % 7);
      case 'C' -> String.format("%02d", now.get(ChronoField.YEAR) / 100);
      case 'c' -> pattern("EEE MMM ", now) + field('e', now) + pattern(" HH:mm:ss uuuu", now);
      default -> {
        String pattern = PATTERNS.get(directive);
        if (pattern == null) {
          throw Failures.unsupported("the directive %" + directive + " of strftime_now");
        }
        yield pattern(pattern, now);
      }
    };
  }

  private static String pattern(String pattern, LocalDateTime now) {
    return DateTimeFormatter.ofPattern(pattern, Locale.US).format(now);
  }

  private static String withoutZeros(String field) {
    int start = 0;
    while (start + 1 < field.length() && field.charAt(start) == '0') {
      start++;
    }
    return field.substring(start);
  }
}
