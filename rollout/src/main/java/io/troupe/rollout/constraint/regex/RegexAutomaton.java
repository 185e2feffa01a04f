package io.troupe.rollout.constraint.regex;

import io.troupe.rollout.constraint.automaton.Dfa;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.automaton.TooManyStatesException;
import io.troupe.rollout.constraint.text.CharacterForm;
import io.troupe.rollout.constraint.text.CharacterSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The texts that a regular expression describes. All states are built before they are used, so that
 * an expression with too many is rejected at the start.
 */
public final class RegexAutomaton {
  /** The maximum number of states of all automata of a constraint. */
  public static final int MAX_STATES = 20_000;

  private final Languages languages;
  private final CharacterForm form;

  private RegexAutomaton(Languages languages, CharacterForm form) {
    this.languages = languages;
    this.form = form;
  }

  /**
   * The texts that a pattern matches as a whole.
   *
   * @param name of the setting, for errors
   * @param form how the characters of the text are written
   * @return nothing if the characters of the pattern cannot be written
   * @throws IllegalArgumentException if the pattern is not supported or needs too many states
   */
  public static Language matching(
      String name, String pattern, Languages languages, CharacterForm form) {
    RegexAutomaton automaton = new RegexAutomaton(languages, form);
    List<Language> options = new ArrayList<>();
    for (AnchoredRegex option : AnchoredRegex.options(name, RegexParser.parse(name, pattern))) {
      options.add(automaton.language(option.body()));
    }
    return built(name, languages.either(options), languages);
  }

  /**
   * The texts in which a pattern occurs, as the keyword {@code pattern} of a JSON Schema.
   *
   * @see #matching
   */
  public static Language containing(
      String name, String pattern, Languages languages, CharacterForm form) {
    RegexAutomaton automaton = new RegexAutomaton(languages, form);
    Language anything = languages.repeat(form.oneOf(CharacterSet.ALL), 0, Languages.UNLIMITED);
    List<Language> options = new ArrayList<>();
    for (AnchoredRegex option : AnchoredRegex.options(name, RegexParser.parse(name, pattern))) {
      options.add(
          languages.sequence(
              List.of(
                  option.atStart() ? languages.end() : anything,
                  automaton.language(option.body()),
                  option.atEnd() ? languages.end() : anything)));
    }
    return built(name, languages.either(options), languages);
  }

  /**
   * The texts that all of several regular languages contain.
   *
   * @param name of the setting, for errors
   * @param all at least one
   * @throws IllegalArgumentException if the automaton needs too many states
   */
  public static Language common(String name, List<Language> all, Languages languages) {
    if (all.size() == 1 || all.stream().anyMatch(Language::isNothing)) {
      return all.size() == 1 ? all.getFirst() : languages.nothing();
    }
    try {
      Dfa common = Dfa.of(all.getFirst(), languages, MAX_STATES);
      for (Language other : all.subList(1, all.size())) {
        Optional<Dfa> both = common.intersect(Dfa.of(other, languages, MAX_STATES), MAX_STATES);
        if (both.isEmpty()) {
          return languages.nothing();
        }
        common = both.get();
      }
      return languages.of(common);
    } catch (TooManyStatesException e) {
      throw tooManyStates(name, e);
    }
  }

  /** Builds all states once, so that a language with too many is rejected before it is used. */
  private static Language built(String name, Language language, Languages languages) {
    try {
      Dfa.of(language, languages, MAX_STATES);
      return language;
    } catch (TooManyStatesException e) {
      throw tooManyStates(name, e);
    }
  }

  private static IllegalArgumentException tooManyStates(String name, TooManyStatesException e) {
    return new IllegalArgumentException(
        name
            + " must have automata of at most "
            + e.limit()
            + " states together, got more; lower repetition counts",
        e);
  }

  private Language language(Regex regex) {
    return switch (regex) {
      case Regex.OneOf(CharacterSet characters) -> form.oneOf(characters);
      case Regex.Sequence(List<Regex> parts) ->
          languages.sequence(parts.stream().map(this::language).toList());
      case Regex.Alternatives(List<Regex> options) ->
          languages.either(options.stream().map(this::language).toList());
      case Regex.Repeat(Regex body, int min, int max) -> languages.repeat(language(body), min, max);
      case Regex.TextStart _, Regex.TextEnd _ ->
          throw new IllegalStateException("anchors are removed before languages are built");
    };
  }
}
