package io.troupe.rollout.jinja.value;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A template value of a Python type. Immutable, except for namespaces and generators. */
public sealed interface Value {
  /** {@code None}. */
  Value NONE = new None();

  /** {@code True}. */
  Bool TRUE = new Bool(true);

  /** {@code False}. */
  Bool FALSE = new Bool(false);

  /** {@code None}. */
  record None() implements Value {}

  /** A {@code bool}. */
  record Bool(boolean value) implements Value {}

  /** An {@code int} of at most {@link RenderLimits#MAX_INTEGER_BITS} bits. */
  record Int(BigInteger value) implements Value {}

  /** A {@code float}. */
  record Float(double value) implements Value {}

  /**
   * A {@code str}.
   *
   * @param text its characters
   * @param safe whether it is {@code Markup}, which the filter {@code safe} returns
   */
  record Str(String text, boolean safe) implements Value {}

  /** A value whose elements have an index. */
  sealed interface Sequence extends Value {
    /** Number of elements. */
    int size();

    /** The element at a zero-based index. */
    Value get(int index);
  }

  /** A {@code list}. */
  record ListValue(List<Value> items) implements Sequence {
    @Override
    public int size() {
      return items.size();
    }

    @Override
    public Value get(int index) {
      return items.get(index);
    }
  }

  /** A {@code tuple}. */
  record Tuple(List<Value> items) implements Sequence {
    @Override
    public int size() {
      return items.size();
    }

    @Override
    public Value get(int index) {
      return items.get(index);
    }
  }

  /** A {@code range}. */
  record Range(long start, long stop, long step) implements Sequence {
    @Override
    public int size() {
      long distance = step > 0 ? stop - start : start - stop;
      long stride = Math.abs(step);
      return distance <= 0 ? 0 : (int) ((distance + stride - 1) / stride);
    }

    @Override
    public Value get(int index) {
      return integer(start + index * step);
    }
  }

  /** A {@code dict} in the order of insertion. */
  record Dict(Map<DictKey, Value> entries) implements Value {
    /** A dictionary with string keys. */
    public static Dict ofTexts(Map<String, Value> values) {
      Map<DictKey, Value> entries = new LinkedHashMap<>();
      values.forEach((key, value) -> entries.put(DictKey.of(key), value));
      return new Dict(entries);
    }
  }

  /**
   * The result of {@code keys()}, {@code values()} or {@code items()} of a dictionary.
   *
   * @param type {@code dict_keys}, {@code dict_values} or {@code dict_items}
   */
  record DictView(String type, List<Value> items) implements Value {}

  /** A generator. */
  final class Generator implements Value {
    private final Iterator<Value> items;

    /** Creates a generator from its remaining items. */
    public Generator(Iterator<Value> items) {
      this.items = items;
    }

    Iterator<Value> items() {
      return items;
    }
  }

  /** Jinja's {@code namespace}, whose attributes can be assigned. */
  record Namespace(Map<String, Value> attributes) implements Value {}

  /**
   * Jinja's {@code Undefined}.
   *
   * @param message the error that most operations on it raise
   * @param kind the kind of that error
   */
  record Undefined(String message, TemplateException.Kind kind) implements Value {
    /** A variable or attribute that does not exist. */
    public static Undefined of(String message) {
      return new Undefined(message, TemplateException.Kind.UNDEFINED);
    }

    /** The error raised by operations on this value. */
    public TemplateException error() {
      return TemplateException.of(kind, message);
    }
  }

  /** A callable value. */
  non-sealed interface Function extends Value {
    /** The name used in error messages. */
    String name();

    /** Calls the function. */
    Value call(Arguments arguments);
  }

  /** A value with attributes that is not a built-in Python type, such as {@code loop}. */
  non-sealed interface ObjectWithAttributes extends Value {
    /** The type name used in error messages. */
    String typeName();

    /** The attribute with this name, or {@link Undefined} if it does not exist. */
    Value attribute(String name);
  }

  /** Creates a string value. */
  static Str text(String text) {
    return new Str(text, false);
  }

  /** Creates an integer value. */
  static Int integer(long number) {
    return new Int(BigInteger.valueOf(number));
  }

  /** Creates a boolean value. */
  static Bool bool(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** Creates a list value; the caller must not modify {@code items} afterwards. */
  static ListValue list(List<Value> items) {
    return new ListValue(items);
  }
}
