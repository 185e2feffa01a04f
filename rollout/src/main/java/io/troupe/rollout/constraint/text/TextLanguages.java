package io.troupe.rollout.constraint.text;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds languages of text in UTF-8. Characters that the tokenizer cannot write are left out, and
 * with them everything that needs them: what remains can always be completed.
 */
public final class TextLanguages implements CharacterForm {
  private final Languages languages;
  private final CharacterSet alphabet;
  private final Map<CharacterSet, Language> characters = new HashMap<>();

  /**
   * Languages over an alphabet.
   *
   * @param alphabet the characters that every token sequence can be continued with
   */
  public TextLanguages(Languages languages, CharacterSet alphabet) {
    this.languages = languages;
    this.alphabet = alphabet;
  }

  /** The languages that these are built with. */
  public Languages languages() {
    return languages;
  }

  @Override
  public Language oneOf(CharacterSet set) {
    return characters.computeIfAbsent(
        set, wanted -> Utf8.oneOf(wanted.intersect(alphabet), languages));
  }

  /** A text. */
  public Language literal(String text) {
    List<Language> parts = new ArrayList<>();
    text.codePoints().forEach(character -> parts.add(oneOf(CharacterSet.of(character))));
    return languages.sequence(parts);
  }
}
