package io.troupe.rollout.jinja.value;

/**
 * A template cannot be parsed or rendered. This is the only exception that templates cause,
 * whatever they contain. The message is one line that names the line of the template.
 */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Which exception Jinja or Python raises in the same situation. */
  public enum Kind {
    /** {@code TemplateSyntaxError}: the template is not valid. */
    SYNTAX,
    /** {@code TemplateError}: the template has called {@code raise_exception}. */
    RAISED,
    /** {@code UndefinedError}: an operation on an undefined value. */
    UNDEFINED,
    /** {@code TypeError}. */
    TYPE,
    /** {@code ValueError}. */
    VALUE,
    /** {@code KeyError}. */
    KEY,
    /** {@code ZeroDivisionError} or {@code OverflowError}. */
    ARITHMETIC,
    /** {@code SecurityError}: the sandbox forbids the access. */
    SECURITY,
    /** {@code TemplateRuntimeError}: any other error of Jinja. */
    RUNTIME,
    /** A limit of {@link RenderLimits} is exceeded ({@code RecursionError} for the depth). */
    LIMIT,
    /** The construct exists in Jinja, but not in this implementation. */
    UNSUPPORTED
  }

  private final Kind kind;
  private final String detail;
  private final int line;

  private TemplateException(Kind kind, String detail, int line) {
    super(line > 0 ? "line " + line + " of the template: " + detail : detail);
    this.kind = kind;
    this.detail = detail;
    this.line = line;
  }

  /** An error at a place that is not known yet. */
  public static TemplateException of(Kind kind, String detail) {
    return new TemplateException(kind, detail, 0);
  }

  /** A {@code TypeError}. */
  public static TemplateException type(String detail) {
    return of(Kind.TYPE, detail);
  }

  /** A {@code ValueError}. */
  public static TemplateException value(String detail) {
    return of(Kind.VALUE, detail);
  }

  /** This error at a line of the template, unless its line is known. */
  public TemplateException atLine(int number) {
    if (line > 0 || number <= 0) {
      return this;
    }
    TemplateException located = new TemplateException(kind, detail, number);
    located.setStackTrace(getStackTrace());
    return located;
  }

  /** Which exception Jinja or Python raises in the same situation. */
  public Kind kind() {
    return kind;
  }

  /** The message without the line: the text of {@code raise_exception} as it was passed. */
  public String detail() {
    return detail;
  }

  /** The line of the template, from 1; 0 if it is not known. */
  public int line() {
    return line;
  }
}
