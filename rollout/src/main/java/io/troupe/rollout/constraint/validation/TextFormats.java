package io.troupe.rollout.constraint.validation;

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
        default -> true;
      };
    } catch (DateTimeException | IllegalArgumentException _) {
      return false;
    }
  }
}
