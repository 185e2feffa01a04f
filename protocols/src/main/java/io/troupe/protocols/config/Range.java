package io.troupe.protocols.config;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * The values that a key accepts, out of those of its type.
 *
 * @param contains whether a value is accepted
 * @param expectation completes "must be ..." in the error message
 * @param advice what the user can do about a value outside the range; empty for nothing
 */
public record Range<T>(Predicate<T> contains, String expectation, String advice) {

  /** Every value of the type. */
  public static <T> Range<T> any() {
    return new Range<>(value -> true, "", "");
  }

  /** Finite numbers from a lowest one on. */
  public static <T extends Number> Range<T> atLeast(double lowest) {
    return finite(value -> value >= lowest, ">= " + text(lowest));
  }

  /** Finite numbers above a bound. */
  public static <T extends Number> Range<T> above(double bound) {
    return finite(value -> value > bound, "> " + text(bound));
  }

  /** Numbers from a lowest to a highest, both included. */
  public static <T extends Number> Range<T> between(double lowest, double highest) {
    return finite(
        value -> value >= lowest && value <= highest,
        "in [" + text(lowest) + ", " + text(highest) + "]");
  }

  /** Numbers from a lowest up to a bound, which is excluded. */
  public static <T extends Number> Range<T> below(double lowest, double bound) {
    return finite(
        value -> value >= lowest && value < bound,
        "in [" + text(lowest) + ", " + text(bound) + ")");
  }

  /** Numbers between two bounds, both excluded. */
  public static <T extends Number> Range<T> strictlyBetween(double bound, double otherBound) {
    return finite(
        value -> value > bound && value < otherBound,
        "in (" + text(bound) + ", " + text(otherBound) + ")");
  }

  /** All numbers but NaN and infinity. */
  public static Range<Double> finite() {
    return finite(value -> true, "a finite number");
  }

  /** Applies a range to a value that may be unset. */
  public static Range<OptionalDouble> ifPresent(Range<Double> range) {
    return new Range<>(
        value -> value.isEmpty() || range.contains.test(value.getAsDouble()),
        range.expectation,
        range.advice);
  }

  /** Applies a range to each element of a list. */
  public static <T> Range<List<T>> ofEach(Range<T> range) {
    return new Range<>(
        list -> list.stream().allMatch(range.contains),
        "numbers " + range.expectation,
        range.advice);
  }

  /** The range with advice for values outside of it. */
  public Range<T> advise(String newAdvice) {
    return new Range<>(contains, expectation, newAdvice);
  }

  private static <T extends Number> Range<T> finite(Predicate<Double> holds, String expectation) {
    return new Range<>(
        value -> Double.isFinite(value.doubleValue()) && holds.test(value.doubleValue()),
        expectation,
        "");
  }

  private static String text(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
