package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.text.CharacterForm;
import io.troupe.rollout.constraint.text.CharacterSet;
import io.troupe.rollout.constraint.text.TextLanguages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Languages of the parts of a JSON text (RFC 8259).
 *
 * <p>A space may follow a comma and a colon; there is no other white space, so that a model cannot
 * fill a text with it. Strings are well-formed Unicode: an escape is never half of a surrogate
 * pair. Numbers have no exponent and at most {@link #MAX_DIGITS} digits before and after the point.
 */
final class JsonText implements CharacterForm {
  static final int MAX_DIGITS = 15;

  private static final CharacterSet CONTROLS = CharacterSet.range(0, 0x1f);
  private static final CharacterSet UNESCAPED =
      CharacterSet.ALL.without(CONTROLS.union(CharacterSet.of("\"\\")));
  private static final CharacterSet DIGIT = CharacterSet.range('0', '9');
  private static final CharacterSet HEX = CharacterSet.of("0123456789abcdefABCDEF");
  private static final String SHORT_ESCAPES = "\"\\\b\f\n\r\t";
  private static final String ESCAPE_LETTERS = "\"\\bfnrt";

  private final TextLanguages text;
  private final Languages languages;
  private final Language anyCharacter;
  final Language comma;
  final Language colon;

  JsonText(TextLanguages text) {
    this.text = text;
    this.languages = text.languages();
    Language space = languages.optional(text.literal(" "));
    this.comma = languages.sequence(text.literal(","), space);
    this.colon = languages.sequence(text.literal(":"), space);
    this.anyCharacter = languages.either(unescaped(CharacterSet.ALL), anyEscape());
  }

  Languages languages() {
    return languages;
  }

  Language literal(String exact) {
    return text.literal(exact);
  }

  Language digit(int first, int last) {
    return text.oneOf(CharacterSet.range('0' + first, '0' + last));
  }

  /** A character of a set that stands for itself in a string. */
  Language unescaped(CharacterSet characters) {
    return text.oneOf(characters.intersect(UNESCAPED));
  }

  /** Whether a character can stand for itself in a string. */
  static boolean isUnescaped(int character) {
    return UNESCAPED.contains(character);
  }

  /** One character in its shortest form: itself, or with an escape if it needs one. */
  @Override
  public Language oneOf(CharacterSet characters) {
    List<Language> options = new ArrayList<>(List.of(unescaped(characters)));
    for (int i = 0; i < SHORT_ESCAPES.length(); i++) {
      if (characters.contains(SHORT_ESCAPES.charAt(i))) {
        options.add(text.literal("\\" + ESCAPE_LETTERS.charAt(i)));
      }
    }
    for (int control = 0; control < 0x20; control++) {
      if (SHORT_ESCAPES.indexOf(control) < 0 && characters.contains(control)) {
        options.add(text.literal("\\u%04x".formatted(control)));
      }
    }
    return languages.either(options);
  }

  /** Every escape of a character. */
  private Language anyEscape() {
    Language hex = text.oneOf(HEX);
    Language low =
        languages.sequence(
            List.of(
                text.literal("\\u"),
                text.oneOf(CharacterSet.of("dD")),
                text.oneOf(CharacterSet.of("cdefCDEF")),
                hex,
                hex));
    Language d = text.oneOf(CharacterSet.of("dD"));
    Language unit =
        languages.either(
            List.of(
                languages.sequence(
                    List.of(text.oneOf(HEX.without(CharacterSet.of("dD"))), hex, hex, hex)),
                languages.sequence(List.of(d, text.oneOf(CharacterSet.range('0', '7')), hex, hex)),
                languages.sequence(
                    List.of(d, text.oneOf(CharacterSet.of("89abAB")), hex, hex, low))));
    return languages.sequence(
        text.literal("\\"),
        languages.either(
            text.oneOf(CharacterSet.of("/" + ESCAPE_LETTERS)),
            languages.sequence(text.literal("u"), unit)));
  }

  /** A string with a number of characters (Unicode code points) in a range. */
  Language string(int minLength, int maxLength) {
    return quoted(languages.repeat(anyCharacter, minLength, maxLength));
  }

  Language quoted(Language content) {
    return languages.sequence(List.of(text.literal("\""), content, text.literal("\"")));
  }

  /** The string with a content. */
  Language string(String content) {
    List<Language> parts = new ArrayList<>();
    content.codePoints().forEach(character -> parts.add(oneOf(CharacterSet.of(character))));
    return quoted(languages.sequence(parts));
  }

  /** Any number. */
  Language number() {
    Language digit = text.oneOf(DIGIT);
    Language fraction =
        languages.sequence(text.literal("."), languages.repeat(digit, 1, MAX_DIGITS));
    return languages.sequence(integer(), languages.optional(fraction));
  }

  /** Any integer. */
  Language integer() {
    Language digit = text.oneOf(DIGIT);
    Language positive =
        languages.sequence(
            text.oneOf(CharacterSet.range('1', '9')), languages.repeat(digit, 0, MAX_DIGITS - 1));
    return languages.sequence(
        languages.optional(text.literal("-")), languages.either(text.literal("0"), positive));
  }

  /** A value of any type without parts. */
  Language scalar() {
    return languages.either(
        List.of(
            string(0, Languages.UNLIMITED),
            number(),
            text.literal("true"),
            text.literal("false"),
            text.literal("null")));
  }

  /** Between {@code min} and {@code max} parts with commas between them. */
  Language separated(Language part, int min, int max) {
    if (max == 0) {
      return languages.end();
    }
    Language others =
        languages.repeat(
            languages.sequence(comma, part),
            Math.max(0, min - 1),
            max == Languages.UNLIMITED ? max : max - 1);
    Language some = languages.sequence(part, others);
    return min == 0 ? languages.optional(some) : some;
  }

  Language array(Language items) {
    return languages.sequence(List.of(text.literal("["), items, text.literal("]")));
  }

  Language object(Language members) {
    return languages.sequence(List.of(text.literal("{"), members, text.literal("}")));
  }

  Language member(Language name, Language value) {
    return languages.sequence(List.of(name, colon, value));
  }

  /** The text of one value. */
  Language value(JsonNode value) {
    if (value.isTextual()) {
      return string(value.asText());
    }
    List<Language> parts = new ArrayList<>();
    if (value.isArray()) {
      for (JsonNode item : value) {
        addPart(parts, value(item));
      }
      return array(languages.sequence(parts));
    }
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        addPart(parts, member(string(member.getKey()), value(member.getValue())));
      }
      return object(languages.sequence(parts));
    }
    return text.literal(value.toString());
  }

  private void addPart(List<Language> parts, Language part) {
    if (!parts.isEmpty()) {
      parts.add(comma);
    }
    parts.add(part);
  }
}
