package io.troupe.rollout.jinja.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** Python's {@code text % values} for the conversions s, r, d, i, u, f, F, x, X, o, c and %. */
final class PrintfFormat {
  private static final int MAX_WIDTH = 1000;

  private final Budget budget;
  private final PythonText text;

  PrintfFormat(Budget budget) {
    this.budget = budget;
    this.text = new PythonText(budget);
  }

  Value format(Value.Str format, Value values) {
    List<Value> arguments =
        values instanceof Value.Tuple(List<Value> items) ? items : List.of(values);
    Reader in = new Reader(format.text());
    StringBuilder out = new StringBuilder();
    int used = 0;
    while (in.more()) {
      char c = in.next();
      if (c != '%') {
        out.append(c);
        continue;
      }
      Conversion conversion = in.conversion(values);
      if (conversion.type() == '%') {
        out.append('%');
        continue;
      }
      Value argument = conversion.argument();
      if (argument == null) {
        if (used == arguments.size()) {
          throw TemplateException.type("not enough arguments for format string");
        }
        argument = arguments.get(used++);
      }
      String converted = convert(conversion, argument);
      out.append(pad(conversion, format.safe() ? PythonStrings.escapeHtml(converted) : converted));
      budget.chargeText(converted.length());
      budget.checkLength(out.length());
    }
    if (used < arguments.size() && !ignoresRest(values)) {
      throw TemplateException.type("not all arguments converted during string formatting");
    }
    budget.chargeText(out.length());
    return new Value.Str(out.toString(), format.safe());
  }

  /** Python takes every other value that can be subscripted for a mapping, which may be unused. */
  private static boolean ignoresRest(Value values) {
    return values instanceof Value.Dict
        || values instanceof Value.ListValue
        || values instanceof Value.Range;
  }

  private record Conversion(
      char type,
      boolean left,
      boolean zeros,
      boolean plus,
      int width,
      int precision,
      Value argument) {}

  private String convert(Conversion conversion, Value value) {
    return switch (conversion.type()) {
      case 's' -> cut(conversion, text.str(value));
      case 'r' -> cut(conversion, text.repr(value));
      case 'd', 'i', 'u' -> signed(conversion, integer(conversion, value).toString());
      case 'x' -> signed(conversion, exact(conversion, value).toString(16));
      case 'X' ->
          signed(conversion, exact(conversion, value).toString(16).toUpperCase(Locale.ROOT));
      case 'o' -> signed(conversion, exact(conversion, value).toString(8));
      case 'f', 'F' -> signed(conversion, fixed(conversion, value));
      case 'c' -> character(value);
      default ->
          throw TemplateException.of(
              TemplateException.Kind.UNSUPPORTED,
              "the conversion %" + conversion.type() + " is not supported");
    };
  }

  private static String cut(Conversion conversion, String text) {
    return conversion.precision() < 0
            || text.codePointCount(0, text.length()) <= conversion.precision()
        ? text
        : text.substring(0, text.offsetByCodePoints(0, conversion.precision()));
  }

  private static BigInteger integer(Conversion conversion, Value value) {
    return value instanceof Value.Float(double number)
        ? PythonNumbers.truncate(number).value()
        : exact(conversion, value);
  }

  private static BigInteger exact(Conversion conversion, Value value) {
    return PythonNumbers.asInteger(value)
        .orElseThrow(
            () ->
                TemplateException.type(
                    "%"
                        + conversion.type()
                        + " format: a real number is required, not "
                        + PythonTypes.nameOf(value)));
  }

  private static String fixed(Conversion conversion, Value value) {
    double number = PythonNumbers.asDouble(value);
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return PythonFloat.text(number);
    }
    int digits = conversion.precision() < 0 ? 6 : conversion.precision();
    String text = new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return number < 0 && !text.startsWith("-") ? "-" + text : text;
  }

  private static String character(Value value) {
    if (value instanceof Value.Str(String text, boolean safe)
        && text.codePointCount(0, text.length()) == 1) {
      return text;
    }
    int code = PythonNumbers.asInteger(value).isPresent() ? PythonNumbers.asIndex(value) : -1;
    if (!Character.isValidCodePoint(code)) {
      throw TemplateException.type("%c requires int or char");
    }
    return Character.toString(code);
  }

  private static String signed(Conversion conversion, String number) {
    return conversion.plus() && !number.startsWith("-") ? "+" + number : number;
  }

  private static String pad(Conversion conversion, String text) {
    int missing = conversion.width() - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    if (conversion.left()) {
      return text + " ".repeat(missing);
    }
    if (!conversion.zeros() || "src".indexOf(conversion.type()) >= 0) {
      return " ".repeat(missing) + text;
    }
    int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
  }

  /** Reads a format from the start. */
  private static final class Reader {
    private final String format;
    private int position;

    Reader(String format) {
      this.format = format;
    }

    boolean more() {
      return position < format.length();
    }

    char next() {
      if (!more()) {
        throw TemplateException.value("incomplete format");
      }
      return format.charAt(position++);
    }

    Conversion conversion(Value values) {
      Value argument = more() && format.charAt(position) == '(' ? named(values) : null;
      boolean left = false;
      boolean zeros = false;
      boolean plus = false;
      while (more() && "-0+ #".indexOf(format.charAt(position)) >= 0) {
        char flag = next();
        left |= flag == '-';
        zeros |= flag == '0';
        plus |= flag == '+';
      }
      int width = number(0);
      int precision = -1;
      if (more() && format.charAt(position) == '.') {
        position++;
        precision = number(0);
      }
      return new Conversion(next(), left, zeros, plus, width, precision, argument);
    }

    private Value named(Value values) {
      int end = format.indexOf(')', position);
      if (end < 0) {
        throw TemplateException.value("incomplete format key");
      }
      String key = format.substring(position + 1, end);
      position = end + 1;
      if (!(values instanceof Value.Dict(var entries))) {
        throw TemplateException.type("format requires a mapping");
      }
      Value value = entries.get(DictKey.of(key));
      if (value == null) {
        throw TemplateException.of(TemplateException.Kind.KEY, PythonQuotes.quote(key));
      }
      return value;
    }

    private int number(int orElse) {
      int number = orElse;
      while (more() && format.charAt(position) >= '0' && format.charAt(position) <= '9') {
        number = number * 10 + next() - '0';
        if (number > MAX_WIDTH) {
          throw TemplateException.of(
              TemplateException.Kind.LIMIT, "the width of a conversion must be <= " + MAX_WIDTH);
        }
      }
      return number;
    }
  }
}
