package io.troupe.rollout.constraint.regex;

import java.util.ArrayList;
import java.util.List;

/**
 * An alternative of a regular expression without its anchors.
 *
 * @param atStart whether it has to match at the start of the text
 * @param atEnd whether it has to match at the end of the text
 */
record AnchoredRegex(boolean atStart, Regex body, boolean atEnd) {

  /**
   * The alternatives of an expression.
   *
   * @throws IllegalArgumentException if an anchor is not at the edge of an alternative
   */
  static List<AnchoredRegex> options(String name, Regex regex) {
    List<AnchoredRegex> found = new ArrayList<>();
    addOptions(name, regex, found);
    return found;
  }

  private static void addOptions(String name, Regex regex, List<AnchoredRegex> found) {
    if (regex instanceof Regex.Alternatives(List<Regex> options)) {
      options.forEach(option -> addOptions(name, option, found));
      return;
    }
    List<Regex> parts = regex instanceof Regex.Sequence(List<Regex> all) ? all : List.of(regex);
    boolean atStart = !parts.isEmpty() && parts.getFirst() instanceof Regex.TextStart;
    List<Regex> rest = atStart ? parts.subList(1, parts.size()) : parts;
    boolean atEnd = !rest.isEmpty() && rest.getLast() instanceof Regex.TextEnd;
    rest = atEnd ? rest.subList(0, rest.size() - 1) : rest;
    if (rest.stream().anyMatch(AnchoredRegex::hasAnchor)) {
      throw new IllegalArgumentException(
          name
              + " must have ^ only at the start and $ only at the end of an alternative, got one"
              + " inside");
    }
    found.add(new AnchoredRegex(atStart, new Regex.Sequence(rest), atEnd));
  }

  private static boolean hasAnchor(Regex regex) {
    return switch (regex) {
      case Regex.OneOf _ -> false;
      case Regex.Sequence(List<Regex> parts) -> parts.stream().anyMatch(AnchoredRegex::hasAnchor);
      case Regex.Alternatives(List<Regex> options) ->
          options.stream().anyMatch(AnchoredRegex::hasAnchor);
      case Regex.Repeat(Regex body, int _, int _) -> hasAnchor(body);
      case Regex.TextStart _, Regex.TextEnd _ -> true;
    };
  }
}
