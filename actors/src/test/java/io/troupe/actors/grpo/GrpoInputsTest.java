package io.troupe.actors.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.rollout.tokenizer.CharacterTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrpoInputsTest {
  @TempDir private Path temp;
  private TinyTask task;

  @BeforeEach
  void writeTask() throws IOException {
    task = TinyTask.write(temp);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRejected(String... settings) {
    return assertThatThrownBy(() -> GrpoInputs.load(task.config(settings)).close())
        .isInstanceOf(RuntimeException.class)
        .extracting(
            refused -> {
              assertThat(refused.getMessage()).doesNotContain("\n");
              return refused;
            },
            org.assertj.core.api.InstanceOfAssertFactories.THROWABLE);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(temp.resolve(name), text);
  }

  @Test
  void opensAllInputs() {
    try (GrpoInputs inputs = GrpoInputs.load(task.config("warm-start.steps = 1"))) {
      assertThat(inputs.prompts()).hasSize(25);
      assertThat(inputs.heldOut()).hasSize(7);
      assertThat(inputs.demonstrations()).hasSize(25);
      assertThat(inputs.decodingLimits().maxCachedTokens()).isPositive();
    }
  }

  @Test
  void rejectsModelThatExceedsTheMemoryLimit() {
    assertRejected("memory-limit = 1k")
        .hasMessageStartingWith("memory-limit must be at least ")
        .hasMessageContaining(", got 1024 bytes with ");
  }

  private void writeTemplate() throws IOException {
    Files.writeString(
        task.model().resolve("chat_template.jinja"),
        "{{ bos_token }}{% for m in messages %}{{ m.content }}"
            + "{{ eos_token if m.role == 'assistant' else '=' }}{% endfor %}");
  }

  @Test
  void rendersConversationsWithTheTemplateOfTheModel() throws IOException {
    writeTemplate();
    Path train =
        file(
            "chat.jsonl",
            "{\"prompt\": [{\"role\": \"user\", \"content\": \"1+2\"}], \"answer\": \"3\"}");
    try (GrpoInputs inputs = GrpoInputs.load(task.config("data.train = \"%s\"".formatted(train)))) {
      var prompt = inputs.prompts().getFirst();
      int bos = inputs.tokenizer().bosTokenId().orElseThrow();
      assertThat(prompt.text()).isEqualTo("<bos>1+2=");
      assertThat(prompt.tokenIds())
          .startsWith(bos)
          .isEqualTo(inputs.tokenizer().encode("1+2=", true));
    }
  }

  @Test
  void demonstrationsFromMessagesContainTheWholeConversation() throws IOException {
    writeTemplate();
    Path data =
        file(
            "demonstrations-chat.jsonl",
            "{\"messages\": [{\"role\": \"user\", \"content\": \"1+2\"},"
                + " {\"role\": \"assistant\", \"content\": \"3\"}]}\n"
                + "{\"prompt\": [{\"role\": \"user\", \"content\": \"2+2\"}],"
                + " \"completion\": [{\"role\": \"assistant\", \"content\": \"4\"}]}");
    try (GrpoInputs inputs =
        GrpoInputs.load(
            task.config("warm-start.steps = 1", "warm-start.data = \"%s\"".formatted(data)))) {
      var tokenizer = inputs.tokenizer();
      int eos = tokenizer.eosTokenId().orElseThrow();
      var first = inputs.demonstrations().getFirst();
      assertThat(first.promptIds()).isEqualTo(tokenizer.encode("1+2=", true));
      assertThat(first.completionIds()).containsExactly(tokenizer.encode("3", false)[0], eos);
      var second = inputs.demonstrations().get(1);
      assertThat(second.promptIds()).isEqualTo(tokenizer.encode("2+2=", true));
      assertThat(second.completionIds()).containsExactly(tokenizer.encode("4", false)[0], eos);
    }
  }

  @Test
  void rejectsConversationsIfTheModelHasNoTemplate() throws IOException {
    Path train = file("chat.jsonl", "{\"prompt\": [{\"role\": \"user\", \"content\": \"1+2\"}]}");
    assertRejected("data.train = \"%s\"".formatted(train))
        .hasMessageContaining("chat_template.jinja");
  }

  @Test
  void rejectsUnknownReward() {
    assertRejected("rewards = [wisdom]")
        .hasMessageContaining("reward must be one of")
        .hasMessageContaining("got wisdom");
  }

  @Test
  void rejectsAnswerWithoutNumberAndNamesTheLine() throws IOException {
    Path train =
        file(
            "seven.jsonl",
            """
            {"question": "1+1=", "answer": "2"}
            {"question": "3+4=", "answer": "seven"}
            {"question": "3+5="}
            """);
    assertRejected("data.train = \"" + train + "\"")
        .hasMessage(train + " line 2: answer must contain a number, got \"seven\"");
    assertRejected("data.train = \"" + train + "\"", "rewards = [exact-match]")
        .hasMessage(train + " line 3: the prompt must have a field answer");
  }

  @Test
  void rejectsInvalidPatternInOneLine() {
    assertRejected("rewards = [{ name = regex, pattern = \"(\" }]")
        .hasMessage(
            "reward regex: pattern must be a regular expression, got ( (Unclosed group near index"
                + " 1)");
  }

  @Test
  void rejectsMissingModel() {
    assertRejected("model = /no/such/folder").hasMessageContaining("/no/such/folder");
    assertRejected("model = \"\"")
        .hasMessageContaining("model must be a Hugging Face model directory");
  }

  @Test
  void rejectsTruncatedWeights() throws IOException {
    Path weights = task.model().resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 100));

    assertRejected().hasMessageContaining("model.safetensors");
  }

  @Test
  void rejectsPromptWithTokenOutsideTheEmbedding() throws IOException {
    new CharacterTokenizer("abcdef0123456789+=").save(task.model());

    assertRejected()
        .hasMessageContaining(
            "line 1 must contain only tokens below the model's vocab_size 15, got")
        .hasMessageContaining("(token ");
  }

  @Test
  void acceptsTokenizerWithOneMoreTokenThanTheEmbedding() throws IOException {
    new CharacterTokenizer("0123456789+=").save(task.model());
    CharacterTokenizer larger = new CharacterTokenizer("0123456789+=a");
    larger.save(task.model());

    try (GrpoInputs inputs = GrpoInputs.load(task.config())) {
      assertThat(inputs.tokenizer().vocabSize()).isEqualTo(16);
      assertThat(inputs.policy().config().vocabSize()).isEqualTo(15);
    }
  }

  @Test
  void rejectsPromptThatFillsTheContext() throws IOException {
    Path train =
        file("long.jsonl", "{\"question\": \"%s\", \"answer\": \"1\"}".formatted("1+".repeat(9)));

    assertRejected("data.train = \"" + train + "\"")
        .hasMessageContaining("the model's context is 16");
  }

  @Test
  void skipsAndCountsPromptsThatAreTooLong() throws IOException {
    Path train =
        file(
            "mixed.jsonl",
            "{\"question\": \"%s\", \"answer\": \"1\"}\n{\"question\": \"1+1=\", \"answer\": \"2\"}\n"
                .formatted("1+".repeat(9)));
    try (GrpoInputs inputs = GrpoInputs.load(task.config("data.train = \"" + train + "\""))) {
      assertThat(inputs.prompts()).hasSize(1);
      assertThat(inputs.promptsSkipped()).isEqualTo(1);
      assertThat(inputs.heldOutSkipped()).isZero();
    }
  }

  @Test
  void rejectsFilesThatAreMissingEmptyOrNotJson() throws IOException {
    assertRejected("data.train = nowhere.jsonl")
        .hasMessageContaining("file nowhere.jsonl must exist");
    assertRejected("data.held-out = nowhere.jsonl")
        .hasMessageContaining("file nowhere.jsonl must exist");
    assertRejected("data.train = \"" + file("empty.jsonl", "") + "\"")
        .hasMessageContaining("must contain rows, got none");
    assertRejected("data.train = \"" + file("bad.jsonl", "{\"question\": \"1+1=\"}\n{oops") + "\"")
        .hasMessageContaining("bad.jsonl line 2 is not JSON");
  }

  @Test
  void rejectsCacheTooSmallForOneSample() {
    assertRejected("rollout.max-cached-tokens = 1")
        .hasMessageContaining("rollout.max-cached-tokens must be >= ");
  }
}
