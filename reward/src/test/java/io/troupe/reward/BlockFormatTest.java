package io.troupe.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.sample.Prompt;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockFormatTest {

  private static RewardResult evaluate(String settings, String prompt, String text)
      throws RewardException {
    return Rewards.named("format", ConfigFactory.parseString(settings))
        .evaluate(new Prompt(0, prompt, new int[] {1}, Map.of()), Samples.completion(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<think>a</think><answer>3</answer>                             | blocks in order",
        "' <think>a\nb</think>\n\n<answer>3</answer> \n'                | blocks in order",
        "<think>a < b</think><answer><b>3</b></answer>                  | blocks in order",
        "<answer>3</answer>                                             | no <think>",
        "<think>a</think>                                               | no <answer>",
        "<think>a<answer>3</answer>                                     | no </think>",
        "<think>a</think><answer>3                                      | no </answer>",
        "<answer>3</answer><think>a</think>                             | text before <think>",
        "Well: <think>a</think><answer>3</answer>                       | text before <think>",
        "<think>a</think> so <answer>3</answer>                         | text before <answer>",
        "<think>a</think><answer>3</answer> so                          | text after the last"
            + " block",
        "<think></think><answer>3</answer>                              | empty <think>",
        "<think> </think><answer>3</answer>                             | empty <think>",
        "<think>a</think><answer></answer>                              | empty <answer>",
        "<think>a<think>b</think><answer>3</answer>                     | repeated <think>",
        "<think>a</think><answer>3</answer><answer>4</answer>           | repeated <answer>",
        "<think>a</think><think>b</think><answer>3</answer>             | text before <answer>",
        "<think>a</think><answer>3</answer></answer>                    | repeated </answer>",
        "''                                                             | no <think>",
      })
  void everyBlockOccursOnceInOrderAndHasContent(String text, String expected) throws Exception {
    RewardResult result = evaluate("", "?", text);
    assertThat(result.parsedCompletion()).isEqualTo(expected);
    assertThat(result.value()).isEqualTo(expected.equals("blocks in order") ? 1 : 0);
  }

  @Test
  void promptMayOpenTheFirstBlock() throws Exception {
    String text = "a</think><answer>3</answer>";
    assertThat(evaluate("", "Q <think>\n", text).value()).isEqualTo(1);
    assertThat(evaluate("", "Q", text).value()).isZero();
    assertThat(evaluate("", "Q <think>", "<think>" + text).value()).isZero();
    assertThat(evaluate("opened = always", "Q", text).value()).isEqualTo(1);
    assertThat(evaluate("opened = never", "Q <think>", text).value()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // examples of TRL's think_format_reward and its tests
        "'<think>\nThis is my reasoning.\n</think>\nThis is my answer.' | 1",
        "'<think>\nThis is my reasoning.\nThis is my answer.'           | 0",
        "<think>This is my reasoning.</think>This is my answer.         | 1",
        "This is my reasoning.</think> This is my answer.               | 0",
        "This is my reasoning. This is my answer.                       | 0",
        "<think>a<think>b</think>c                                      | 0",
        "<think>a</think>                                               | 0",
      })
  void oneBlockFollowedByTextMatchesTrl(String text, double expected) throws Exception {
    assertThat(evaluate("tags = think, after = text", "?", text).value()).isEqualTo(expected);
  }

  @Test
  void errorsNameInvalidSettings() {
    assertThatThrownBy(() -> evaluate("tags = \"<think>\"", "?", ""))
        .hasMessage("reward format: tags must be names without angle brackets, got <think>");
    assertThatThrownBy(() -> evaluate("tags = \"a a\"", "?", ""))
        .hasMessage("reward format: tags must be different names, got a, a");
    assertThatThrownBy(() -> evaluate("after = all", "?", ""))
        .hasMessage("reward format: after must be one of nothing, text, got all");
    assertThatThrownBy(() -> evaluate("pattern = \"(\"", "?", ""))
        .hasMessage(
            "reward format: pattern must be a regular expression, got ( (Unclosed group near index"
                + " 1)");
    assertThatThrownBy(() -> evaluate("pattern = a, tags = b", "?", ""))
        .hasMessage("reward format: setting must be one of pattern, got tags");
  }
}
