package io.troupe.protocols.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The type of a setting's value: how it is read from HOCON and from the command line, and written.
 *
 * @param label placeholder of the value in the help, such as {@code N}
 * @param expectation completes "must be ..." in an error message
 * @param reader converts a HOCON value; throws {@link IllegalArgumentException}, {@link
 *     ArithmeticException} or {@link ConfigException} for a value of another type
 * @param writer converts to a string, number, boolean, list, map or null, as HOCON stores it
 * @param arguments converts the arguments of the option on the command line to a string or a list
 */
public record ValueType<T>(
    String label,
    String expectation,
    Function<ConfigValue, T> reader,
    Function<T, Object> writer,
    Function<List<String>, Object> arguments) {

  /** A type with one argument on the command line, the last if there are several. */
  ValueType(
      String label,
      String expectation,
      Function<ConfigValue, T> reader,
      Function<T, Object> writer) {
    this(label, expectation, reader, writer, List::getLast);
  }

  /** Longer labels break the lines of the help. */
  private static final int MAX_LABEL_LENGTH = 30;

  /** A whole number of 32 bits. A fraction is an error, not rounded. */
  public static final ValueType<Integer> INT =
      new ValueType<>(
          "N", "a whole number below 2^31", v -> decimal(v).intValueExact(), value -> value);

  /** A whole number of 64 bits. */
  public static final ValueType<Long> LONG =
      new ValueType<>(
          "N", "a whole number below 2^63", v -> decimal(v).longValueExact(), value -> value);

  /** A finite or infinite number; ranges decide which ones a key takes. */
  public static final ValueType<Double> DOUBLE =
      new ValueType<>("X", "a number", v -> Double.valueOf(scalar(v)), ValueType::number);

  /** A number or {@code null}. */
  public static final ValueType<OptionalDouble> OPTIONAL_DOUBLE =
      new ValueType<>(
          "X",
          "a number",
          v -> OptionalDouble.of(Double.parseDouble(scalar(v))),
          value -> value.isPresent() ? number(value.getAsDouble()) : null);

  /** True or false; HOCON's {@code yes}, {@code no}, {@code on} and {@code off} are accepted. */
  public static final ValueType<Boolean> BOOLEAN =
      new ValueType<>(
          "true|false", "true or false", v -> v.atKey("v").getBoolean("v"), value -> value);

  /** A text, such as the name of a column. */
  public static final ValueType<String> TEXT =
      new ValueType<>("TEXT", "text", ValueType::scalar, value -> value);

  /** A text of one or several lines. On the command line it may have escape sequences. */
  public static final ValueType<String> ESCAPED_TEXT =
      new ValueType<>(
          "TEXT",
          "text",
          ValueType::scalar,
          value -> value,
          arguments -> Escapes.decode(arguments.getLast()));

  /** The path of a file or directory. The command line makes it absolute. */
  public static final ValueType<String> PATH =
      new ValueType<>("PATH", "a path", ValueType::scalar, value -> value);

  /**
   * The path of a file or directory, which the command line makes absolute, or the name of {@link
   * GeneratedData}.
   */
  public static final ValueType<String> DATA =
      new ValueType<>("PATH", "a path or generated data", ValueType::scalar, value -> value);

  /** A positive or negative duration with a unit, such as {@code 10s} or {@code 5m}. */
  public static final ValueType<Duration> DURATION =
      new ValueType<>(
          "DURATION",
          "a duration, such as 30s or 5m",
          v -> v.atKey("v").getDuration("v"),
          ValueType::duration);

  /** A number of bytes, with a unit or without, such as {@code 256 MiB}. */
  public static final ValueType<Long> BYTES =
      new ValueType<>(
          "SIZE", "a size, such as 256 MiB", v -> v.atKey("v").getBytes("v"), ValueType::bytes);

  /** Whole numbers: {@code [1, 8, 8]}, {@code 1,8,8} or {@code 1x8x8}. */
  public static final ValueType<List<Integer>> INTS =
      new ValueType<>(
          "N,N,...",
          "whole numbers, such as 1,8,8",
          v -> items(v).stream().map(item -> new BigDecimal(item).intValueExact()).toList(),
          value -> value);

  /** Numbers: {@code [0.5, 0.5]} or {@code 0.5,0.5}. */
  public static final ValueType<List<Double>> DOUBLES =
      new ValueType<>(
          "X,X,...",
          "numbers, such as 0.5,0.5",
          v -> items(v).stream().map(Double::valueOf).toList(),
          value -> value.stream().map(ValueType::number).toList());

  /**
   * Several texts, each an element of a list; a text alone is a list of one. On the command line
   * the option is repeated, and each text may have escape sequences.
   */
  public static final ValueType<List<String>> TEXTS =
      new ValueType<>(
          "TEXT",
          "a list of texts",
          v -> elements(v).stream().map(ValueType::scalar).toList(),
          value -> value,
          arguments -> arguments.stream().map(Escapes::decode).toList());

  /** Several token ids: {@code [1, 2]}, or {@code 1,2}. The option may be repeated. */
  public static final ValueType<List<Integer>> TOKEN_IDS =
      new ValueType<>(
          "ID",
          "token ids, such as 1,2",
          v -> elements(v).stream().flatMap(id -> INTS.reader.apply(id).stream()).toList(),
          value -> value,
          arguments -> arguments);

  /**
   * Numbers by token id: {@code { 15 = -2.5, 17 = 1 }}. On the command line the option is repeated
   * with one {@code ID=VALUE} each.
   */
  public static final ValueType<Map<Integer, Double>> TOKEN_BIASES =
      new ValueType<>(
          "ID=VALUE",
          "ID=VALUE, such as 15=-2.5, with each token once",
          ValueType::biases,
          ValueType::byTokenId,
          arguments -> arguments);

  /** Texts by name: {@code { hidden = 64, pooling = add }}. A list is joined with commas. */
  public static final ValueType<Map<String, String>> TEXT_MAP =
      new ValueType<>("KEY=VALUE", "a section of name = value", ValueType::texts, value -> value);

  /** One of several named values; the order is that of the help. */
  public static <T> ValueType<T> choice(Map<String, T> byName) {
    Map<String, T> known = new LinkedHashMap<>(byName);
    String names = String.join("|", known.keySet());
    return new ValueType<>(
        names.length() <= MAX_LABEL_LENGTH ? names : "NAME",
        "one of " + String.join(", ", known.keySet()),
        v ->
            Optional.ofNullable(known.get(scalar(v)))
                .orElseThrow(() -> new IllegalArgumentException("unknown name")),
        value ->
            known.entrySet().stream()
                .filter(entry -> entry.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow());
  }

  /** Several named values: {@code [a, b]} or {@code a,b}. */
  public static <T> ValueType<List<T>> choices(Map<String, T> byName) {
    ValueType<T> one = choice(byName);
    return new ValueType<>(
        "NAME,NAME,...",
        "names of " + String.join(", ", byName.keySet()),
        v -> names(v).stream().map(name -> one.reader.apply(name)).toList(),
        value -> value.stream().map(item -> one.writer.apply(item)).toList());
  }

  private static List<ConfigValue> names(ConfigValue value) {
    if (value instanceof ConfigList list) {
      return list;
    }
    String text = scalar(value).strip();
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split("\\s*,\\s*", -1))
            .<ConfigValue>map(ConfigValueFactory::fromAnyRef)
            .toList();
  }

  /** The value as the user would write it, for help and messages; empty for an unset one. */
  String text(T value) {
    return switch (writer.apply(value)) {
      case null -> "";
      case List<?> list -> list.stream().map(ValueType::plain).collect(Collectors.joining(","));
      case Map<?, ?> map ->
          map.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(","));
      case Object other -> plain(other);
    };
  }

  /** The value in HOCON. */
  String hocon(T value) {
    Object plain = writer.apply(value);
    return switch (plain) {
      case String text when text.matches("[a-zA-Z][a-zA-Z_-]*") -> text;
      case String text when text.matches("[0-9]+( ?[a-zA-Z]+)?") -> text;
      case String text -> ConfigUtil.quoteString(text);
      case Double number -> plain(number);
      case null, default ->
          ConfigValueFactory.fromAnyRef(plain).render(ConfigRenderOptions.concise());
    };
  }

  /** Writes 1.0E-6 as 1e-6. */
  private static String plain(Object value) {
    return value instanceof Double
        ? value.toString().replace(".0E", "e").replace('E', 'e')
        : value.toString();
  }

  private static String scalar(ConfigValue value) {
    return value.atKey("v").getString("v");
  }

  private static BigDecimal decimal(ConfigValue value) {
    return new BigDecimal(scalar(value).strip());
  }

  private static List<ConfigValue> elements(ConfigValue value) {
    return value instanceof ConfigList list ? list : List.of(value);
  }

  private static List<String> items(ConfigValue value) {
    List<String> items =
        value instanceof ConfigList list
            ? list.stream().map(ValueType::scalar).toList()
            : Arrays.asList(scalar(value).strip().split("\\s*[,x\\s]\\s*", -1));
    return items.equals(List.of("")) ? List.of() : items;
  }

  private static Map<String, String> texts(ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      throw new IllegalArgumentException("no section");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    object.forEach(
        (name, item) ->
            texts.put(
                name,
                item.valueType() == ConfigValueType.LIST
                    ? String.join(",", TEXTS.reader.apply(item))
                    : scalar(item)));
    return texts;
  }

  private static Map<Integer, Double> biases(ConfigValue value) {
    Map<Integer, Double> biases = new TreeMap<>();
    if (value instanceof ConfigObject object) {
      object.forEach((id, bias) -> put(biases, id, scalar(bias)));
      return biases;
    }
    for (ConfigValue element : elements(value)) {
      String[] sides = scalar(element).split("=", -1);
      if (sides.length != 2) {
        throw new IllegalArgumentException("not a token and its value");
      }
      put(biases, sides[0], sides[1]);
    }
    return biases;
  }

  private static void put(Map<Integer, Double> biases, String id, String bias) {
    if (biases.put(Integer.valueOf(id.strip()), Double.valueOf(bias.strip())) != null) {
      throw new IllegalArgumentException("a token twice");
    }
  }

  private static Map<String, Number> byTokenId(Map<Integer, Double> biases) {
    Map<String, Number> byTokenId = new LinkedHashMap<>();
    new TreeMap<>(biases).forEach((id, bias) -> byTokenId.put(id.toString(), number(bias)));
    return byTokenId;
  }

  /** Drops the fraction of a whole number: 1.0 is written 1. */
  private static Number number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15 ? (Number) (long) value : value;
  }

  private static String duration(Duration value) {
    if (value.isZero() || value.getNano() % 1_000_000 != 0) {
      return value.toNanos() + "ns";
    }
    long millis = value.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static Object bytes(long value) {
    return value % (1 << 20) == 0 && value > 0 ? (value >> 20) + " MiB" : (Object) value;
  }
}
