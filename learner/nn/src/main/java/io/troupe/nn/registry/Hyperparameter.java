package io.troupe.nn.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A setting of a model, given as {@code name=value}.
 *
 * @param name the name in PyTorch, such as {@code num_classes}
 * @param defaultText the default, a valid value
 * @param expected description of the valid values, for errors and help
 * @param summary meaning and unit
 * @param parser parses a text; empty for an invalid value
 * @param <T> the type of its values
 */
public record Hyperparameter<T>(
    String name,
    String defaultText,
    String expected,
    String summary,
    Function<String, Optional<T>> parser) {

  /** Checks that the default is valid. */
  public Hyperparameter {
    if (parser.apply(defaultText).isEmpty()) {
      throw new IllegalArgumentException(
          "default of " + name + " must be " + expected + ", got " + defaultText);
    }
  }

  /** An integer in {@code [least, most]}. */
  public static Hyperparameter<Integer> whole(
      String name, int byDefault, int least, int most, String summary) {
    return new Hyperparameter<>(
        name,
        Integer.toString(byDefault),
        "a whole number from " + least + " to " + most,
        summary,
        text -> wholeNumber(text).filter(value -> value >= least && value <= most));
  }

  /** A number in {@code [least, most]}. */
  public static Hyperparameter<Double> real(
      String name, double byDefault, double least, double most, String summary) {
    return new Hyperparameter<>(
        name,
        Double.toString(byDefault),
        "a number from " + least + " to " + most,
        summary,
        text -> realNumber(text).filter(value -> value >= least && value <= most));
  }

  /** True or false. */
  public static Hyperparameter<Boolean> flag(String name, boolean byDefault, String summary) {
    return new Hyperparameter<>(
        name,
        Boolean.toString(byDefault),
        "true or false",
        summary,
        text ->
            text.equals("true") || text.equals("false")
                ? Optional.of(text.equals("true"))
                : Optional.empty());
  }

  /** One of several words. */
  public static Hyperparameter<String> choice(
      String name, String byDefault, List<String> values, String summary) {
    return new Hyperparameter<>(
        name,
        byDefault,
        "one of " + String.join(", ", values),
        summary,
        text -> values.contains(text) ? Optional.of(text) : Optional.empty());
  }

  /** A comma-separated list of one or more integers in {@code [least, most]}. */
  public static Hyperparameter<List<Integer>> wholes(
      String name, String byDefault, int least, int most, String summary) {
    return new Hyperparameter<>(
        name,
        byDefault,
        "whole numbers from " + least + " to " + most + ", separated by commas",
        summary,
        text -> wholeNumbers(text, least, most));
  }

  /** A comma-separated list of one or more words, each one of several. */
  public static Hyperparameter<List<String>> choices(
      String name, String byDefault, List<String> values, String summary) {
    return new Hyperparameter<>(
        name,
        byDefault,
        "words among " + String.join(", ", values) + ", separated by commas",
        summary,
        text ->
            Optional.of(Arrays.stream(text.split(",", -1)).map(String::strip).toList())
                .filter(values::containsAll));
  }

  private static Optional<List<Integer>> wholeNumbers(String text, int least, int most) {
    List<Integer> values = new ArrayList<>();
    for (String part : Arrays.asList(text.split(",", -1))) {
      Optional<Integer> value = wholeNumber(part.strip());
      if (value.isEmpty() || value.get() < least || value.get() > most) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of(List.copyOf(values));
  }

  private static Optional<Integer> wholeNumber(String text) {
    try {
      return Optional.of(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Double> realNumber(String text) {
    try {
      return Optional.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
