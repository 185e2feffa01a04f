package io.troupe.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.protocols.sample.Prompt;
import io.troupe.reward.number.MarkerChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Gsm8kAnswersTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyGoldAnswerScoresItsOwnSolutionAndNoOtherNumber() throws Exception {
    NumericMatch reward = new NumericMatch("answer", MarkerChoice.LAST);
    List<String> answers = new ArrayList<>(answers("train.jsonl"));
    answers.addAll(answers("test.jsonl"));
    assertThat(answers).hasSize(7_473 + 1_319);
    for (String answer : answers) {
      Prompt prompt = Samples.prompt("answer", answer);
      reward.check(prompt);
      String gold = answer.substring(answer.lastIndexOf("####") + 4).strip();
      assertThat(value(reward, prompt, answer)).as(answer).isEqualTo(1);
      assertThat(value(reward, prompt, "The answer is $" + gold + ".")).as(answer).isEqualTo(1);
      assertThat(value(reward, prompt, "\\boxed{" + gold + "}")).as(answer).isEqualTo(1);
      assertThat(value(reward, prompt, answer + "1")).as(answer).isZero();
      assertThat(value(reward, prompt, answer + ".5")).as(answer).isZero();
    }
  }

  private static double value(Reward reward, Prompt prompt, String text) throws RewardException {
    return reward.evaluate(prompt, Samples.completion(text)).value();
  }

  private static List<String> answers(String name) throws IOException {
    Path file = Path.of("../../shared/data/gsm8k").resolve(name);
    assumeTrue(Files.exists(file), "needs ../shared/data/gsm8k");
    List<String> answers = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode row = JSON.readTree(line);
      answers.add(row.path("answer").asText());
    }
    return answers;
  }
}
