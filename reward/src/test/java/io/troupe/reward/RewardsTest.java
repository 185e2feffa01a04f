package io.troupe.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.troupe.protocols.config.RewardConfig;
import io.troupe.protocols.sample.Score;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewardsTest {

  private static double score(String reward, String config, String text, String... fields)
      throws RewardException {
    return Rewards.named(reward, ConfigFactory.parseString(config))
        .evaluate(Samples.prompt(fields), Samples.completion(text))
        .value();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7                              | 7          | 1",
        "7 + 5 = 12                     | 12         | 1",
        "12 or maybe 13                 | 12         | 0",
        "so it is 1,234.50 dollars      | 1234.5     | 1",
        "$1,234                         | 1234       | 1",
        "It fell to -5.                 | -5         | 1",
        "It fell to \u22125.            | -5         | 1",
        "10-5                           | 5          | 1",
        "10-5                           | -5         | 0",
        "= .5                           | 0.5        | 1",
        "The answer is 72.              | 72.0       | 1",
        "#### 8 and then 9              | 8          | 1",
        "#### 8 no, #### 9 I say 10     | 9          | 1",
        "#### none                      | 3          | 0",
        "3 apples ####                  | 3          | 1",
        "12,34                          | 34         | 1",
        "no number                      | 1          | 0",
        "007                            | 7          | 1",
        "'She has 4. #### 1,000'        | '5 of 6\n#### 1000' | 1",
        "18                             | '3 * 6 = <<3*6=18>>18 eggs.\n#### 18' | 1",
      })
  void numericMatchComparesFinalNumbers(String text, String answer, double expected)
      throws Exception {
    assertThat(score("numeric-match", "", text, "answer", answer)).isEqualTo(expected);
  }

  @Test
  void numericMatchWithoutAnAnswerIsAnError() {
    assertThatThrownBy(() -> score("numeric-match", "", "7"))
        .isInstanceOf(RewardException.class)
        .hasMessage("the prompt must have a field answer");
    assertThatThrownBy(() -> score("numeric-match", "", "7", "answer", "seven"))
        .isInstanceOf(RewardException.class)
        .hasMessage("answer must contain a number");
  }

  @Test
  void veryLongNumeralsAreNotNumbers() throws Exception {
    assertThat(score("numeric-match", "", "1".repeat(1_000_000), "answer", "1")).isZero();
  }

  @Test
  void exactMatchIgnoresSurroundingWhitespace() throws Exception {
    assertThat(score("exact-match", "", " Paris\n", "answer", "Paris")).isEqualTo(1);
    assertThat(score("exact-match", "", "paris", "answer", "Paris")).isZero();
    assertThat(score("exact-match", "ignore-case = true", "paris", "answer", "Paris")).isEqualTo(1);
    assertThat(score("exact-match", "field = capital", "Rome", "capital", "Rome")).isEqualTo(1);
  }

  @Test
  void regexMatchesAPartAndFormatMatchesTheWholeText() throws Exception {
    assertThat(score("regex", "pattern = \"[0-9]+\"", "a 12 b")).isEqualTo(1);
    assertThat(score("format", "pattern = \"[0-9]+\"", "a 12 b")).isZero();
    assertThat(score("format", "", "<think>a\nb</think>\n<answer>3</answer>")).isEqualTo(1);
    assertThat(score("format", "", "<answer>3</answer>")).isZero();
  }

  @Test
  void backtrackingRegexStopsWhenInterrupted() throws Exception {
    Reward reward = Rewards.named("regex", ConfigFactory.parseString("pattern = \"(?=a)(a*)*b\""));
    RewardSum sum = RewardSum.of(reward);
    Score[] score = new Score[1];
    Thread thread =
        new Thread(
            () -> score[0] = sum.score(Samples.prompt(), Samples.completion("a".repeat(5000))));
    thread.start();
    thread.interrupt();
    thread.join(20_000);
    assertThat(thread.isAlive()).isFalse();
    assertThat(score[0]).isEqualTo(new Score.Unscorable("regex: CancellationException"));
  }

  @ParameterizedTest
  @CsvSource({"4,0.5", "3,0", "5,1", "10,1", "11,0.5", "12,0", "100,0"})
  void lengthRewardDecreasesLinearlyOutsideItsRange(int numTokens, double expected)
      throws Exception {
    Reward reward =
        Rewards.named("length", ConfigFactory.parseString("min = 5, max = 10, slack = 2"));
    assertThat(reward.evaluate(Samples.prompt(), Samples.completion("x", numTokens)).value())
        .isEqualTo(expected);
  }

  @Test
  void requiredWordsCountsWholeWords() throws Exception {
    assertThat(score("required-words", "words = [cat, Dog]", "The cat's DOG ran.")).isEqualTo(0.5);
    assertThat(score("required-words", "", "a cat and a dog", "words", "cat, dog")).isEqualTo(1);
    assertThat(score("required-words", "words = \"cat, dog\"", "The cat ran.")).isEqualTo(0.5);
    assertThat(score("required-words", "words = [cat]", "concatenate")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "It ran.,1",
    "It ran,0",
    "'\"Go!\" he said',0",
    "He said \"Go!\",1",
    "'',0",
    "What?\u201d,1"
  })
  void endsOnSentence(String text, double expected) throws Exception {
    assertThat(score("ends-on-sentence", "", text)).isEqualTo(expected);
  }

  @Test
  void errorForAnUnknownRewardListsTheKnownRewards() {
    assertThatThrownBy(() -> Rewards.named("numeric", ConfigFactory.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "reward must be one of ends-on-sentence, exact-match, format, length, numeric-match,"
                + " regex, required-words, got numeric");
  }

  @Test
  void errorsNameInvalidSettings() {
    assertThatThrownBy(() -> score("length", "maximum = 3", ""))
        .hasMessage("reward length: setting must be one of min, max, slack, got maximum");
    assertThatThrownBy(() -> score("length", "max = many", ""))
        .hasMessageContaining("reward length: max is invalid");
    assertThatThrownBy(() -> score("regex", "", ""))
        .hasMessage("reward regex: pattern must be set to a regular expression, got nothing");
    assertThatThrownBy(() -> score("regex", "pattern = \"(\"", ""))
        .hasMessage(
            "reward regex: pattern must be a regular expression, got ( (Unclosed group near index"
                + " 1)");
  }

  @Test
  void rewardIsTheWeightedSum() {
    RewardSum sum =
        Rewards.sum(
            List.of(
                RewardConfig.from(ConfigValueFactory.fromAnyRef("numeric-match")),
                RewardConfig.from(
                    ConfigFactory.parseString("name = length, weight = 0.5, max = 3").root())));
    Score score = sum.score(Samples.prompt("answer", "3"), Samples.completion("3", 9));
    assertThat(score)
        .isEqualTo(new Score.Scored(1, java.util.Map.of("numeric-match", 1.0, "length", 0.0)));
    assertThat(RewardSum.isPerfect(score)).isFalse();
  }

  @Test
  void failedRewardMakesTheSampleUnscorable() {
    Reward broken = new Scripted("broken", () -> 1 / Integer.parseInt("0"));
    Reward nan = new Scripted("nan", () -> Double.NaN);
    assertThat(RewardSum.of(new EndsOnSentence(), broken).score(Samples.prompt(), hello()))
        .isEqualTo(new Score.Unscorable("broken: ArithmeticException"));
    assertThat(RewardSum.of(nan).score(Samples.prompt(), hello()))
        .isEqualTo(new Score.Unscorable("nan: not a finite number"));
  }

  private static io.troupe.protocols.sample.Completion hello() {
    return Samples.completion("Hello.");
  }

  private record Scripted(String name, java.util.function.DoubleSupplier value) implements Reward {
    @Override
    public RewardResult evaluate(
        io.troupe.protocols.sample.Prompt prompt,
        io.troupe.protocols.sample.Completion completion) {
      return RewardResult.of(value.getAsDouble(), "");
    }
  }
}
