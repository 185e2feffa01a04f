package io.troupe.reward.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextPatternTest {

  @ParameterizedTest
  @ValueSource(strings = {"(.|\\n)*", "(a*)*b", "(a|a)*c", "(?:(?:.|\\n)*?x)+y"})
  void longTextsMatchInLinearTimeWithoutRecursion(String pattern) throws Exception {
    TextPattern compiled = TextPattern.compile(pattern);
    assertThat(compiled).isInstanceOf(LinearPattern.class);
    compiled.matches("a\n".repeat(100_000));
    compiled.find("a".repeat(20_000));
  }

  @Test
  void wholeLongTextMatches() throws Exception {
    assertThat(TextPattern.compile("(.|\\n)*").matches("ab\n".repeat(100_000))).isTrue();
  }

  @Test
  void lookaheadMatchesTextsThatOverflowTheDefaultStack() throws Exception {
    TextPattern pattern = TextPattern.compile("(?=a)(.|\\n)*");
    assertThat(pattern).isInstanceOf(BacktrackingPattern.class);
    assertThat(pattern.matches("ab\n".repeat(10_000))).isTrue();
  }

  @Test
  void recursionBeyondTheLimitIsReported() {
    TextPattern pattern = TextPattern.compile("(?=a)(.|\\n)*");
    assertThatThrownBy(() -> pattern.matches("ab\n".repeat(2_000_000)))
        .isInstanceOf(MatchLimitException.class)
        .hasMessage("the pattern repeats a group too often for one match");
  }

  @Test
  void exponentialBacktrackingIsStoppedAndReported() {
    TextPattern pattern = TextPattern.compile("(?:(a+)(a+))+b\\1");
    assertThatThrownBy(() -> pattern.matches("a".repeat(60)))
        .isInstanceOf(MatchLimitException.class)
        .hasMessage("the pattern needs more than 20000000 steps for one match");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[a", "a{2,1}", "*a", "(?<name", "\\"})
  void invalidPatternIsRejectedInOneLine(String pattern) {
    assertThatThrownBy(() -> TextPattern.compile(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank().doesNotContain("\n"));
  }

  @Test
  void tooDeeplyNestedPatternIsRejected() {
    assertThatThrownBy(() -> TextPattern.compile("(".repeat(20_000) + ")".repeat(20_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it has more than 10000 characters");
  }

  @Test
  void dollarMatchesBeforeTheLastLineTerminatorAsInJava() throws Exception {
    assertThat(TextPattern.compile("[0-9]+$").find("is 42\n")).hasValue("42");
    assertThat(TextPattern.compile("[0-9]+$").find("is 42\r\n")).hasValue("42");
    assertThat(TextPattern.compile("[0-9]+$").find("42\nno")).isEmpty();
  }

  @Test
  void bothMatchersAgreeWithJava() throws Exception {
    String[] parts = {
      "a",
      "b",
      ".",
      "\\d",
      "\\w",
      "[ab]",
      "[^a]",
      "[a-c&&[b]]",
      "(a|b)",
      "(?:ab)",
      "(?=a)",
      "(?!b)",
      "*",
      "+",
      "?",
      "*?",
      "{2}",
      "{1,2}",
      "|",
      "^",
      "$",
      "\\b",
      "\\1",
      "a++",
      "\\s",
      "\\.",
      "(?i)",
      "\n"
    };
    int numLinear = 0;
    for (int seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      StringBuilder source = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        source.append(parts[random.nextInt(parts.length)]);
      }
      Pattern java;
      try {
        java = Pattern.compile(source.toString(), Pattern.DOTALL);
      } catch (PatternSyntaxException e) {
        continue;
      }
      TextPattern pattern = TextPattern.compile(source.toString());
      numLinear += pattern instanceof LinearPattern ? 1 : 0;
      String text =
          random
              .ints(random.nextInt(8), 0, 5)
              .mapToObj("abc \n"::charAt)
              .map(String::valueOf)
              .reduce("", String::concat);
      Matcher matcher = java.matcher(text);
      Optional<String> found = matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
      String where = "seed %d, pattern %s, text %s".formatted(seed, source, text);
      assertThat(pattern.find(text).isPresent()).as(where).isEqualTo(found.isPresent());
      assertThat(pattern.matches(text)).as(where).isEqualTo(java.matcher(text).matches());
    }
    assertThat(numLinear).isGreaterThan(1_000);
  }
}
