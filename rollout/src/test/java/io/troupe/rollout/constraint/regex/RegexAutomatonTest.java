package io.troupe.rollout.constraint.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.text.CharacterSet;
import io.troupe.rollout.constraint.text.TextLanguages;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexAutomatonTest {
  private static final int[] INTERESTING = {
    0, '\t', '\n', '\r', ' ', '!', '"', '-', '.', '/', '0', '5', '9', ':', '@', 'A', 'Z', '[', '\\',
    ']', '^', '_', '`', 'a', 'e', 'z', '{', '}', 0x7f, 0x80, 0x85, 0xa0, 0xff, 0x100, 0x7ff, 0x800,
    0xfff, 0x1000, 0x20ac, 0x2028, 0xcfff, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x1f600,
    0x3ffff, 0x40000, 0xfffff, 0x100000, 0x10ffff
  };

  private final Languages languages = new Languages(50_000);
  private final TextLanguages text = new TextLanguages(languages, CharacterSet.ALL);

  @Test
  void randomExpressionsMatchTheTextsThatJavaMatches() {
    List<String> texts = shortTexts();
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 400; round++) {
      String pattern = pattern(random, 3);
      Language language = RegexAutomaton.matching("regex", pattern, languages, text);
      Pattern java = Pattern.compile(pattern);
      for (String candidate : texts) {
        assertThat(accepts(language, candidate))
            .as("/%s/ on '%s'", pattern, candidate)
            .isEqualTo(java.matcher(candidate).matches());
      }
    }
  }

  @Test
  void randomExpressionsOccurInTheTextsInWhichJavaFindsThem() {
    List<String> texts = shortTexts();
    SplittableRandom random = new SplittableRandom(4);
    for (int round = 0; round < 200; round++) {
      String pattern =
          (random.nextBoolean() ? "^" : "")
              + "(?:"
              + pattern(random, 2)
              + ")"
              + (random.nextBoolean() ? "$" : "");
      Language language = RegexAutomaton.containing("regex", pattern, languages, text);
      Pattern java = Pattern.compile(pattern);
      for (String candidate : texts) {
        assertThat(accepts(language, candidate))
            .as("/%s/ in '%s'", pattern, candidate)
            .isEqualTo(java.matcher(candidate).find());
      }
    }
  }

  /** Every text of at most 5 of three letters. */
  private static List<String> shortTexts() {
    List<String> texts = new ArrayList<>(List.of(""));
    int from = 0;
    for (int length = 1; length <= 5; length++) {
      int to = texts.size();
      for (; from < to; from++) {
        for (String letter : List.of("a", "b", "é")) {
          texts.add(texts.get(from) + letter);
        }
      }
    }
    return texts;
  }

  private static String pattern(SplittableRandom random, int depth) {
    if (depth == 0) {
      return List.of("a", "b", "é", ".", "[ab]", "[^a]", "[a-é]").get(random.nextInt(7));
    }
    String first = pattern(random, depth - 1);
    return switch (random.nextInt(8)) {
      case 0 -> first + pattern(random, depth - 1);
      case 1 -> "(" + first + "|" + pattern(random, depth - 1) + ")";
      case 2 -> "(" + first + ")*";
      case 3 -> "(?:" + first + ")+?";
      case 4 -> "(" + first + ")?";
      case 5 -> "(" + first + "){" + random.nextInt(3) + "," + random.nextInt(2, 5) + "}";
      case 6 -> "(" + first + "){" + random.nextInt(4) + ",}";
      default -> "(" + first + "){2}" + pattern(random, depth - 1);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "\\d",
        "\\D",
        "\\w",
        "\\W",
        "\\s",
        "\\S",
        "[a-zA-Z_-]",
        "[^\\d\\s]",
        "[\\x20-\\x7e]",
        "[\\u0080-\\u07ff]",
        "[^\\u0800-\\uffff]",
        "[\\uD83D\\uDE00-\\uDBFF\\uDFFF]",
        "\\.",
        "\\/",
        "[.*+]",
        "[\\]\\[\\\\^]",
        "é|€|😀",
        "[À-ÿ]",
        "\\t|\\n|\\0",
        "[^\"\\\\]",
        "a|",
        "(?<n>a)|b"
      })
  void classesContainTheCharactersOfJavasClasses(String pattern) {
    Language language = RegexAutomaton.matching("regex", pattern, languages, text);
    Pattern java = Pattern.compile(pattern.replace("\\0", "\\x00"));
    for (int character : INTERESTING) {
      String candidate = Character.toString(character);
      assertThat(accepts(language, candidate))
          .as("/%s/ on U+%04X", pattern, character)
          .isEqualTo(java.matcher(candidate).matches());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\s", "\\S", "[^\\s]", "[^\\S]"})
  void theVerticalTabIsLeftOutBecauseDialectsDiffer(String pattern) {
    Language language = RegexAutomaton.matching("regex", pattern, languages, text);
    assertThat(accepts(language, "\u000b")).isFalse();
  }

  @Test
  void anyCharacterIsExactlyWellFormedUtf8() {
    Language language = languages.repeat(text.oneOf(CharacterSet.ALL), 0, Languages.UNLIMITED);
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = new byte[random.nextInt(1, 5)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i == 0 ? random.nextInt(256) : random.nextInt(0x70, 0xd0));
      }
      String decoded = new String(bytes, StandardCharsets.UTF_8);
      boolean wellFormed = Arrays.equals(decoded.getBytes(StandardCharsets.UTF_8), bytes);
      assertThat(after(language, bytes).acceptsEnd()).isEqualTo(wellFormed);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "a(?=b)#lookaround (not supported), got (?= at character 3",
        "a(?!b)#lookaround",
        "(?<=a)b#lookaround",
        "(?<!a)b#lookaround",
        "(a)\\1#backreferences (not supported), got \\1 at character 3",
        "(?P<n>a)(?P=n)#backreferences",
        "(?<n>a)\\k<n>#backreferences",
        "(?i)a#flags",
        "(?>a)#atomic groups",
        "a*+#possessive",
        "\\bfoo\\b#word boundaries",
        "\\Aa#anchors other than",
        "\\p{L}#Unicode properties",
        "[a&&b]#set operations",
        "[[:alpha:]]#unescaped [",
        "[]a]#escaped ]",
        "a^b#^ only at the start",
        "(a$)b#^ only at the start",
        "^*#not repeat ^",
        "(a#closing parenthesis",
        "a)#opening parenthesis",
        "*a#escape special characters, got *",
        "a**#one repetition",
        "a{2,1}#m <= n",
        "a{x}#{m}, {m,} or {m,n}",
        "a{1234567}#6 digits",
        "[z-a]#ascending",
        "[a-\\d]#end of a range",
        "[a#its end",
        "\\q#this escape",
        "\\x1#hexadecimal",
        "\\ud800#surrogate",
        "a{1001}#counts of at most 1000",
        "(a{40}){30}#counts of at most 1000"
      })
  void unsupportedSyntaxIsRejectedByName(String pattern, String expected) {
    assertThatThrownBy(() -> RegexAutomaton.matching("regex", pattern, languages, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("regex must ")
        .hasMessageContaining(expected);
  }

  @Test
  void anExponentialAutomatonIsRejected() {
    assertThatThrownBy(() -> RegexAutomaton.matching("regex", "(a|b)*a(a|b){20}", languages, text))
        .hasMessageContaining("at most 20000 states");
    assertThatThrownBy(
            () -> RegexAutomaton.matching("regex", "(a{1,31}b?c?){1,31}.{0,999}", languages, text))
        .hasMessageContaining("at most 20000 states");
  }

  @Test
  void longPatternsAndDeepGroupsAreRejected() {
    assertThatThrownBy(() -> RegexAutomaton.matching("regex", "a".repeat(16_385), languages, text))
        .hasMessage("regex must have at most 16384 characters, got 16385");
    assertThatThrownBy(() -> RegexAutomaton.matching("regex", "a?b?".repeat(4000), languages, text))
        .hasMessageContaining("at most 20000 states");
    String deep = "(".repeat(5000) + "a" + ")".repeat(5000);
    assertThatThrownBy(() -> RegexAutomaton.matching("regex", deep, languages, text))
        .hasMessageContaining("at most 100 nested groups");
  }

  @Test
  void randomPatternsAreCompiledOrRejected() {
    String symbols = "ab(){}[]|*+?.^$\\dw-,:=!<>1290é\"xu&P";
    SplittableRandom random = new SplittableRandom(6);
    int numCompiled = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder pattern = new StringBuilder();
      for (int i = random.nextInt(1, 14); i > 0; i--) {
        pattern.append(symbols.charAt(random.nextInt(symbols.length())));
      }
      Languages own = new Languages(1000);
      try {
        TextLanguages characters = new TextLanguages(own, CharacterSet.ALL);
        RegexAutomaton.matching("regex", pattern.toString(), own, characters);
        numCompiled++;
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("regex must ");
      }
    }
    assertThat(numCompiled).isGreaterThan(1000);
  }

  @Test
  void charactersOutsideTheAlphabetAreLeftOutWithWhatNeedsThem() {
    TextLanguages letters = new TextLanguages(languages, CharacterSet.of("abc"));
    Language language = RegexAutomaton.matching("regex", "[a-z]x?|ax|b[x-z]*", languages, letters);
    assertThat(accepts(language, "a")).isTrue();
    assertThat(accepts(language, "b")).isTrue();
    assertThat(after(language, new byte[] {'a'}).isEnd()).isTrue();
    assertThat(RegexAutomaton.matching("regex", "ax", languages, letters).isNothing()).isTrue();
  }

  private boolean accepts(Language language, String candidate) {
    return after(language, candidate.getBytes(StandardCharsets.UTF_8)).acceptsEnd();
  }

  private Language after(Language language, byte[] bytes) {
    Language state = language;
    for (byte b : bytes) {
      state = languages.next(state, b & 0xff);
    }
    return state;
  }
}
