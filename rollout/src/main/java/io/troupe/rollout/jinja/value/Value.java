package io.troupe.rollout.jinja.value;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a template: one of Python's types. Immutable, except for namespaces and generators.
 */
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

  /** A value with positions. */
  sealed interface Sequence extends Value {
    /** Number of elements. */
    int size();

    /** The element at a position from 0. */
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
    /** A dictionary whose keys are texts. */
    public static Dict ofTexts(Map<String, Value> values) {
      Map<DictKey, Value> entries = new LinkedHashMap<>();
      values.forEach((key, value) -> entries.put(DictKey.of(key), value));
      return new Dict(entries);
    }
  }

  /**
   * What {@code keys()}, {@code values()} or {@code items()} of a dictionary return.
   *
   * @param type {@code dict_keys}, {@code dict_values} or {@code dict_items}
   */
  record DictView(String type, List<Value> items) implements Value {}

  /** A generator. */
  final class Generator implements Value {
    private final Iterator<Value> items;

    /** The items that are still to come. */
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

    /** The error that operations on it raise. */
    public TemplateException error() {
      return TemplateException.of(kind, message);
    }
  }

  /** A value that can be called. */
  non-sealed interface Function extends Value {
    /** The name in error messages. */
    String name();

    /** Calls it. */
    Value call(Arguments arguments);
  }

  /** A value with attributes that is none of Python's own types, such as {@code loop}. */
  non-sealed interface ObjectWithAttributes extends Value {
    /** The name of its type in error messages. */
    String typeName();

    /** The attribute of a name; an {@link Undefined} if there is none. */
    Value attribute(String name);
  }

  /** The text as a value. */
  static Str text(String text) {
    return new Str(text, false);
  }

  /** The number as a value. */
  static Int integer(long number) {
    return new Int(BigInteger.valueOf(number));
  }

  /** The truth value as a value. */
  static Bool bool(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** A list of values; the caller must not change them afterwards. */
  static ListValue list(List<Value> items) {
    return new ListValue(items);
  }
}
