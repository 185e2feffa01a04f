package io.troupe.reward.number;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FinalAnswerTest {
  private static final int MEGABYTE = 1 << 20;

  private static String read(String text) {
    return FinalAnswer.of(text, MarkerChoice.LAST).map(Rational::toString).orElse("none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The answer is 72.                          | 72",
        "so 7 + 5 = 12!                             | 12",
        "007                                        | 7",
        "1,234,567.5 in total                       | 1234567.5",
        "$9{,}500$                                  | 9500",
        "10\\,000 people                            | 10000",
        "1,\\!234,\\!567                            | 1234567",
        "1'234'567 Franken                          | 1234567",
        "1\u202f234 and no more                     | 1234",
        "10\u00a0000                                | 10000",
        "10 000                                     | 10000",
        "in 2010 500 came                           | 500",
        "12,34                                      | 34",
        "12,3456                                    | 3456",
        "1,234,56                                   | 56",
        "0,500                                      | 500",
        "It fell to -5.                             | -5",
        "It fell to \u22125.                        | -5",
        "It is +5                                   | 5",
        "10-5                                       | 5",
        "10 -5                                      | -5",
        "(3)-5                                      | 5",
        "x-5 or y                                   | none",
        "-$1,200                                    | -1200",
        "$-5                                        | -5",
        "-\\$5                                      | -5",
        "costs \u20ac2.50                           | 2.5",
        "costs \u00a33                              | 3",
        "= .5                                       | 0.5",
        "ends here.5 more                           | 5",
        "42%                                        | 42",
        "42\\%                                      | 42",
        "half: 1/2                                  | 0.5",
        "1/3 of it                                  | 1/3",
        "2/6                                        | 1/3",
        "1/0                                        | none",
        "1.5/2                                      | 0.75",
        "3 / 4                                      | 0.75",
        "12 / 4 = 3                                 | 3",
        "5/6/2024                                   | none",
        "\\frac{1}{2}                               | 0.5",
        "\\dfrac{3}{4} of                           | 0.75",
        "\\tfrac12                                  | 0.5",
        "\\frac12                                   | 0.5",
        "\\frac1{20}                                | 0.05",
        "-\\frac{2}{3}                              | -2/3",
        "\\frac{-2}{3}                              | -2/3",
        "\\frac{1{,}000}{3}                         | 1000/3",
        "\\frac{1}{0}                               | none",
        "\\frac{x}{2}                               | none",
        "\\frac{\\pi}{2}                            | none",
        "\\frac{                                    | none",
        "1 1/2 cups                                 | 1.5",
        "2\\frac{1}{2}                              | 2.5",
        "-1 1/2                                     | -1.5",
        "3\u00bd                                    | 3.5",
        "\u00be                                     | 0.75",
        "1.5e3                                      | 1500",
        "1.5E+3                                     | 1500",
        "25e-1                                      | 2.5",
        "1.5 \\times 10^{3}                         | 1500",
        "1.5 \u00d7 10^3                            | 1500",
        "6*10^-1                                    | 0.6",
        "2 \\cdot 10^2                              | 200",
        "1.5 \u00d7 10\u00b3                        | 1500",
        "10^3                                       | 1000",
        "10\u207b\u00b2                             | 0.01",
        "2^{10}                                     | 1024",
        "2^n                                        | none",
        "2^{n+1}                                    | none",
        "90^\\circ                                  | 90",
        "90^{\\circ}                                | 90",
        "42 cm^2                                    | 42",
        "42 cm\u00b2                                | 42",
        "42cm2                                      | 42",
        "42\\text{ cm}^2                            | 42",
        "42 km/h                                    | 42",
        "60 miles/2                                 | 60",
        "2 liters of H2O                            | 2",
        "2H2O                                       | none",
        "x2 and abc123                              | none",
        "COVID-19                                   | none",
        "x_2 x_{12} \\log_2                         | none",
        "(x+y)^2                                    | none",
        "x^{-3}                                     | none",
        "0x1F                                       | none",
        "4a7                                        | none",
        "v1.2.3                                     | none",
        "1.2.3                                      | none",
        "at 10:30                                   | none",
        "ratio 3:2                                  | none",
        "on 2024-05-01                              | none",
        "100_8                                      | none",
        "2\\pi                                      | none",
        "2\u03c0                                    | none",
        "\\pi/2                                     | none",
        "3\\sqrt{2}                                 | none",
        "\\sqrt{2}                                  | none",
        "\u221a2                                    | none",
        "**42**                                     | 42",
        "_42_                                       | 42",
        "\u7b54\u6848\u662f42\u4e2a                 | 42",
        "no number                                  | none",
        "''                                         | none",
        "3 apples ####                              | 3",
        "1e999999999                                | none",
        "10^999999999                               | none",
        "10^{99999999999999999999}                  | none",
        "9^9999                                     | none",
        "1.5e                                       | 1.5",
      })
  void readsTheLastNumberOfText(String text, String expected) {
    assertThat(read(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\boxed{42} of 100                          | 42",
        "\\fbox{42} of 100                           | 42",
        "\\boxed{1} then \\boxed{2}                  | 2",
        "#### 5 but \\boxed{6}                       | 6",
        "\\boxed{6} #### 5                           | 6",
        "\\boxed{\\frac{1}{2}} 9                     | 0.5",
        "\\boxed{-\\frac{2}{3}}                      | -2/3",
        "\\boxed{\\text{14}}                         | 14",
        "\\boxed{42\\text{ cm}^2}                    | 42",
        "\\boxed{\\$9{,}500}                         | 9500",
        "\\boxed{10 000}                             | 10000",
        "\\boxed{3 / 4}                              | 0.75",
        "\\boxed{- 5}                                | -5",
        "\\boxed{42\\%}                              | 42",
        "\\boxed{x = 5}                              | 5",
        "\\boxed{3 + 4 = 7}                          | 7",
        "\\boxed{3 + 4}                              | none",
        "\\boxed{2, 3} 9                             | none",
        "\\boxed{(3, 4)}                             | none",
        "\\boxed{16\\sqrt{3}} 9                      | none",
        "\\boxed{} 9                                 | none",
        "\\boxed{x} 9                                | none",
        "\\boxed{\\boxed{5}} 9                       | 5",
        "\\boxed{\\left\\{ 5 \\right\\}}             | 5",
        "\\boxed {5} 9                               | 5",
        "\\boxed 5$ and 9                            | 5",
        "\\boxed{3} wait \\boxed{4                   | 3",
        "only \\boxed{4                              | 4",
        "#### 8 and then 9                           | 8",
        "#### 8 no, #### 9 I say 10                  | 9",
        "####18                                      | 18",
        "#### -18                                    | -18",
        "#### \u221218                               | -18",
        "#### $1,000                                 | 1000",
        "#### **18**                                 | 18",
        "#### 10 000                                 | 10000",
        "#### 3/4                                    | 0.75",
        "#### 18.                                    | 18",
        "#### 18 eggs, 3 left                        | 18",
        "'#### Step 1\nIt is 7'                      | 7",
        "'#### 1. Setup\nIt is 7'                    | 7",
        "'#### 2) Solve\nIt is 7'                    | 7",
        "'#### 2nd attempt\nIt is 7'                 | 7",
        "'#### 18.\nDone 7'                          | 18",
        "'####\n18 and 7'                            | 7",
        "'##### 5 \n is 7'                           | 7",
        "#### none                                   | none",
      })
  void answerMarkersTakePrecedence(String text, String expected) {
    assertThat(read(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"#### 1 then #### 2 of 3", "\\boxed{1} then \\boxed{2} of 3"})
  void firstOrLastMarkerCanBeSelected(String text) {
    assertThat(FinalAnswer.of(text, MarkerChoice.FIRST).orElseThrow()).hasToString("1");
    assertThat(FinalAnswer.of(text, MarkerChoice.LAST).orElseThrow()).hasToString("2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "1,234",
        "1/",
        "1 ",
        "1:",
        "10^",
        "9",
        "#",
        "#### ",
        "#### 1 ",
        "\\boxed{",
        "\\boxed 1",
        "\\frac",
        "\\frac{",
        "\\frac{1}{",
        "\\sqrt{",
        "{",
        "}",
        "x_{",
        "^{",
        "^",
        "-",
        "$",
        "a1",
        "1a",
        "_",
        "\\",
        "1e",
        "1.",
        ".",
        "1 1/2 ",
        "\u00b2",
        "\u00bd",
        " ",
        "1 000 ",
        "= "
      })
  void parsingAMegabyteTakesLinearTime(String part) {
    String text = part.repeat(MEGABYTE / part.length());
    long start = System.nanoTime();
    FinalAnswer.of(text, MarkerChoice.LAST);
    FinalAnswer.of(text, MarkerChoice.FIRST);
    // Linear time is well below a second; quadratic time would be hours.
    assertThat((System.nanoTime() - start) / 1e9).as("seconds for %s", part).isLessThan(60);
  }

  @Test
  void randomTextIsParsedWithoutAnError() {
    String[] parts = {
      "1",
      "23",
      "456",
      ",",
      ".",
      "{,}",
      "\\,",
      "/",
      "-",
      "\u2212",
      "+",
      "$",
      "\\$",
      "%",
      "^",
      "{",
      "}",
      "_",
      "e",
      "x",
      "10",
      "\\times",
      "\\frac",
      "\\boxed",
      "\\boxed{",
      "\\sqrt",
      "####",
      " ",
      "\n",
      "=",
      "\u00bd",
      "\u00b3",
      "\u03c0",
      "\\",
      "cm",
      "(",
      ")",
      "[",
      "]",
      "\ud83d",
      "\u7b54",
      "0",
      "\\text{"
    };
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i >= 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      assertThat(FinalAnswer.of(text.toString(), MarkerChoice.LAST))
          .as("seed %d", seed)
          .isNotNull();
    }
  }

  @Test
  void everyNotationOfAnIntegerHasTheSameValue() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      long number = random.nextLong(-10_000_000, 10_000_000);
      Optional<Rational> plain = FinalAnswer.of(Long.toString(number), MarkerChoice.LAST);
      String grouped = "%,d".formatted(number);
      for (String written :
          new String[] {
            grouped,
            grouped.replace(",", "{,}"),
            grouped.replace(",", "\\,"),
            "it is " + grouped.replace("-", "\u2212") + ".",
            "\\boxed{" + grouped.replace(",", " ") + "} of 3",
            "a 5\n#### " + grouped,
            number + ".0",
            number + "e0",
            "\\frac{" + number * 3 + "}{3}",
          }) {
        assertThat(FinalAnswer.of(written, MarkerChoice.LAST)).as(written).isEqualTo(plain);
      }
    }
  }
}
