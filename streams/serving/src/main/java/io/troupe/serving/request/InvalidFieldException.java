package io.troupe.serving.request;

import java.io.Serial;

/** A field of a request has a value that is not accepted, or is not supported. */
public final class InvalidFieldException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * An error of one field.
   *
   * @param field its name; those of nested objects are dotted
   * @param message {@code <field> must be <expectation>, got <value>}
   */
  public InvalidFieldException(String field, String message) {
    super(message);
    this.field = field;
  }

  /** The error of a value that is not what the field expects. */
  public static InvalidFieldException of(String field, String expectation, Object got) {
    return new InvalidFieldException(
        field, field + " must be " + expectation + ", got " + shortened(got));
  }

  /** The field. */
  public String field() {
    return field;
  }

  private static String shortened(Object value) {
    String text = String.valueOf(value);
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }
}
