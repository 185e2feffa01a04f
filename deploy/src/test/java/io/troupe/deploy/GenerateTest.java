package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.deploy.CommandLines.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path temporary;
  private static Path model;

  @BeforeAll
  static void writeModel() throws IOException {
    model = TinyModel.write(temporary.resolve("model"));
  }

  private static Outcome generate(Object... more) {
    List<Object> args = new ArrayList<>(List.of("generate", "--model", model));
    args.addAll(List.of(more));
    Outcome outcome = troupe(args.toArray());
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    return outcome;
  }

  private static List<JsonNode> json(Object... more) throws IOException {
    List<Object> args = new ArrayList<>(List.of(more));
    args.add("--json");
    List<JsonNode> lines = new ArrayList<>();
    for (String line : generate(args.toArray()).out().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void storyMatchesLlama2C() throws IOException {
    Path stories = Path.of("../../shared/data/stories260K");
    assumeTrue(Files.isDirectory(stories), "needs ../shared/data/stories260K");
    Outcome outcome =
        troupe("generate", "--model", stories, "--prompt-ids", "1", "--max-new-tokens", "200");
    assertThat(outcome.out()).isEqualTo(Files.readString(stories.resolve("expected_greedy.txt")));
  }

  @Test
  void jsonHasAllFieldsOfASequence() throws IOException {
    JsonNode sequence = json("--prompt", "1+2=", "--max-new-tokens", "3").getFirst();
    assertThat(sequence.get("prompt_ids")).hasSize(5);
    int length = sequence.get("ids").size();
    assertThat(length).isBetween(1, 3);
    assertThat(sequence.get("log_probs")).hasSize(length);
    assertThat(sequence.get("log_probs").get(0).asDouble()).isNegative();
    assertThat(sequence.get("finish_reason").asText()).isIn("length", "end-of-text");
    assertThat(sequence.get("text").asText()).hasSizeLessThanOrEqualTo(3);
    assertThat(sequence.has("score")).isFalse();
  }

  @Test
  void completionsMatchTheRegularExpression() throws IOException {
    for (List<Object> decoding :
        List.<List<Object>>of(
            List.of("--decoding", "greedy"),
            List.of("--temperature", "5", "--num-return-sequences", "8"))) {
      List<Object> args =
          new ArrayList<>(List.of("--prompt", "1+2", "--regex", "=[0-9]{1,3}( =|\\+)"));
      args.addAll(decoding);
      for (JsonNode sequence : json(args.toArray())) {
        assertThat(sequence.get("text").asText()).matches("=[0-9]{1,3}( =|\\+)");
        assertThat(sequence.get("finish_reason").asText()).isEqualTo("constraint");
      }
    }
  }

  @Test
  void completionsFollowTheJsonSchema() throws IOException {
    Path stories = Path.of("../../shared/data/stories260K");
    assumeTrue(Files.isDirectory(stories), "needs ../shared/data/stories260K");
    String schema =
        "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":8},"
            + "\"age\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":99}},\"required\":[\"name\",\"age\"]}";
    Path file = Files.writeString(temporary.resolve("schema.json"), schema);
    List<List<Object>> options =
        List.of(
            List.of("--json-schema", schema),
            List.of("--json-schema", file, "--temperature", "2", "--num-return-sequences", "6"));
    for (List<Object> each : options) {
      List<Object> args =
          new ArrayList<>(List.of("generate", "--model", stories, "--prompt", "Once", "--json"));
      args.addAll(List.of("--max-new-tokens", "60"));
      args.addAll(each);
      for (String line : troupe(args.toArray()).out().lines().toList()) {
        JsonNode value = JSON.readTree(JSON.readTree(line).get("text").asText());
        assertThat(value.get("name").asText().length()).isLessThanOrEqualTo(8);
        assertThat(value.get("age").asInt()).isBetween(1, 99);
      }
    }
  }

  @Test
  void aConstraintThatCannotBeUsedIsReported() {
    Outcome lookaround = troupe("generate", "--model", model, "--prompt", "1", "--regex", "1(?=2)");
    assertThat(lookaround.status()).isNotZero();
    assertThat(lookaround.err()).contains("regex must not contain lookaround");
    Outcome letters = troupe("generate", "--model", model, "--prompt", "1", "--json-object");
    assertThat(letters.err())
        .contains("json-object must allow a text that the tokenizer can write");
    Outcome file =
        troupe("generate", "--model", model, "--prompt", "1", "--json-schema", "none.json");
    assertThat(file.status()).isEqualTo(2);
    assertThat(file.err())
        .contains("--json-schema must be a JSON object or a file of at most 1 MiB, got none.json");
  }

  @Test
  void jsonNamesTheStopString() throws IOException {
    List<JsonNode> sequences =
        json(
            "--prompt",
            "1+2=",
            "--temperature",
            "3",
            "--num-return-sequences",
            "16",
            "--eos-token-id",
            "1",
            "--stop-strings",
            "7",
            "--stop-strings",
            "<eos>");
    for (JsonNode sequence : sequences) {
      boolean isStopped = sequence.get("finish_reason").asText().equals("stop-string");
      assertThat(sequence.has("stop_string")).isEqualTo(isStopped);
      assertThat(sequence.get("text").asText()).doesNotContain("7");
    }
    assertThat(sequences.stream().map(sequence -> sequence.path("stop_string").asText()))
        .contains("7", "<eos>");
  }

  @Test
  void biasesStopTokensAndPenaltiesSelectTheTokens() throws IOException {
    int seven = 3 + TinyModel.ALPHABET.indexOf('7');
    int two = 3 + TinyModel.ALPHABET.indexOf('2');
    Object[] sevens = {"--prompt", "1+2=", "--max-new-tokens", "6", "--logit-bias", seven + "=90"};
    assertThat(json(sevens).getFirst().get("text").asText()).isEqualTo("777777");

    List<Object> args = new ArrayList<>(List.of(sevens));
    args.addAll(List.of("--logit-bias", two + "=89", "--presence-penalty", "2"));
    assertThat(json(args.toArray()).getFirst().get("text").asText()).startsWith("72");

    args.addAll(List.of("--stop-token-ids", two));
    JsonNode stopped = json(args.toArray()).getFirst();
    assertThat(stopped.get("finish_reason").asText()).isEqualTo("stop-token");
    assertThat(stopped.get("stop_token").asInt()).isEqualTo(two);
    assertThat(stopped.get("text").asText()).isEqualTo("7");

    args.addAll(List.of("--min-new-tokens", "6"));
    JsonNode longest = json(args.toArray()).getFirst();
    assertThat(longest.get("finish_reason").asText()).isEqualTo("length");
    assertThat(longest.get("text").asText()).isEqualTo("777777");
  }

  @Test
  void theTextMatchesARegularExpression() throws IOException {
    JsonNode sequence = json("--prompt", "1+2=", "--regex", "[0-4]{2}=5").getFirst();
    assertThat(sequence.get("text").asText()).matches("[0-4]{2}=5");
    assertThat(sequence.get("finish_reason").asText()).isEqualTo("constraint");
  }

  @Test
  void settingsThatAreNotPossibleAreReportedInOneLine() {
    Map<List<String>, String> mistakes =
        Map.of(
            List.of("--logit-bias", "7"),
            "--logit-bias must be ID=VALUE, such as 15=-2.5, with each token once, got [7]",
            List.of("--logit-bias", "7=101"),
            "logit-bias must be token ids >= 0 with values in [-100, 100], got 7=101",
            List.of("--presence-penalty", "3"),
            "presence-penalty must be in [-2, 2], got 3",
            List.of("--min-new-tokens", "30"),
            "min-new-tokens must be <= max-new-tokens=20, got 30",
            List.of("--regex", "a", "--json-object"),
            "regex must be given without json-schema and json-object, got a",
            List.of("--json-schema", "no-file"),
            "--json-schema must be a JSON object or a file of at most 1 MiB, got no-file");
    mistakes.forEach(
        (options, message) -> {
          List<Object> args = new ArrayList<>(List.of("generate", "--model", model));
          args.addAll(List.of("--prompt", "1"));
          args.addAll(options);
          troupe(args.toArray()).isMistake(2, message);
        });
    troupe("generate", "--model", model, "--prompt", "1", "--logit-bias", "99=1")
        .isMistake(1, "logit-bias must have only tokens below the model's vocab_size 16, got");
    troupe("generate", "--model", model, "--prompt", "1", "--regex", "(")
        .isMistake(1, "regex must have a closing parenthesis");
    troupe("generate", "--model", model, "--prompt", "1", "--num-beams", "2", "--regex", "a")
        .isMistake(1, "constraint must be none with beam search");
  }

  @Test
  void streamedTextEqualsTheTextInJson() throws IOException {
    Object[] args = {"--prompt", "1+2=", "--temperature", "3", "--eos-token-id", "15"};
    String streamed = generate(args).out();
    assertThat(streamed).isEqualTo(json(args).getFirst().get("text").asText()).isNotEmpty();
  }

  @Test
  void beamsAreSortedByScore() throws IOException {
    List<JsonNode> beams =
        json("--prompt", "1+", "--decoding", "beam", "--num-return-sequences", "3");
    assertThat(beams).hasSize(3);
    List<Double> scores = beams.stream().map(beam -> beam.get("score").asDouble()).toList();
    assertThat(scores).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    String best = generate("--prompt", "1+", "--num-beams", "4").out();
    assertThat(best).isEqualTo(beams.getFirst().get("text").asText());
  }

  @Test
  void samplesDependOnTheSeed() throws IOException {
    Object[] args = {"--prompt", "1+", "--temperature", "2", "--num-return-sequences", "4"};
    List<JsonNode> drawn = json(args);
    assertThat(json(args)).isEqualTo(drawn).hasSize(4);
    assertThat(
            json(
                "--prompt",
                "1+",
                "--temperature",
                "2",
                "--num-return-sequences",
                "4",
                "--seed",
                "1"))
        .isNotEqualTo(drawn);
  }

  @Test
  void outputDoesNotDependOnTheNumberOfThreads() throws IOException {
    Object[] one = {"--prompt", "12+", "--do-sample", "--threads", "1"};
    Object[] two = {"--prompt", "12+", "--do-sample", "--threads", "2"};
    assertThat(json(two)).isEqualTo(json(one));
  }

  @Test
  void eachLineOrRowOfAFileIsAPrompt() throws IOException {
    Path lines = Files.writeString(temporary.resolve("prompts.txt"), "1+1=\n\n2+2=\n");
    Path rows =
        Files.writeString(
            temporary.resolve("prompts.jsonl"), "{\"question\":\"1+1=\"}\n\"2+2=\"\n");
    List<JsonNode> fromLines = json("--prompts", lines);
    assertThat(fromLines).hasSize(2);
    assertThat(json("--prompts", rows)).isEqualTo(fromLines);
    Path table =
        Files.writeString(temporary.resolve("prompts.csv"), "\uFEFFprompt\r\n1+1=\r\n2+2=\r\n");
    assertThat(json("--prompts", table)).isEqualTo(fromLines);
    Path messages =
        Files.writeString(
            temporary.resolve("messages.jsonl"),
            "{\"prompt\": [{\"role\": \"user\", \"content\": \"1+1=\"}]}");
    troupe("generate", "--model", model, "--prompts", messages)
        .isMistake(1, "messages.jsonl line 1: the model folder must have chat_template.jinja");
    assertThat(generate("--prompts", lines).out())
        .startsWith("== prompt 1, sequence 1\n")
        .contains("== prompt 2, sequence 1\n");
  }

  @Test
  void generationConfigOfTheModelGivesTheDefaults() throws IOException {
    Path sampling = TinyModel.write(temporary.resolve("sampling"));
    Files.writeString(
        sampling.resolve("generation_config.json"),
        "{\"do_sample\": true, \"max_new_tokens\": 2, \"num_return_sequences\": 3,"
            + " \"eos_token_id\": []}");
    Outcome outcome = troupe("generate", "--model", sampling, "--prompt", "1", "--json");
    assertThat(outcome.out().lines()).hasSize(3);
    assertThat(JSON.readTree(outcome.out().lines().findFirst().orElseThrow()).get("ids"))
        .hasSizeLessThanOrEqualTo(2);
    Outcome greedy =
        troupe(
            "generate",
            "--model",
            sampling,
            "--prompt",
            "1",
            "--no-do-sample",
            "--json",
            "--num-return-sequences",
            "1",
            "--max-new-tokens",
            "4");
    assertThat(greedy.out().lines()).hasSize(1);
  }

  @Test
  void severalGreedySequencesAreAnError() {
    troupe("generate", "--model", model, "--prompt", "1", "--num-return-sequences", "2")
        .isMistake(2, "num-return-sequences must be 1 for greedy decoding, got 2", "--do-sample");
  }

  @Test
  void promptsFromTwoSourcesAreAnError() {
    troupe("generate", "--model", model, "--prompt", "1", "--prompt-ids", "1")
        .isMistake(2, "--prompt");
    troupe("generate", "--model", model).isMistake(2, "--prompt");
  }

  @Test
  void promptsMayStartWithADashOrAtSign() {
    for (String prompt : List.of("-5", "-h", "--json", "--prompt", "@1", "@/etc/hostname")) {
      String first = "'" + prompt.charAt(0) + "'";
      troupe("generate", "--model", model, "--prompt", prompt).isMistake(1, first);
      troupe("generate", "--model", model, "--prompt=" + prompt).isMistake(1, first);
    }
    assertThat(troupe("generate", "--model", model, "--prompt", "1", "--stop-strings", "-1").err())
        .isEmpty();
    assertThat(troupe("generate", "--model", model, "--prompt", "1", "--do-sample", "--json").out())
        .startsWith("{");
  }

  @Test
  void stopStringsAreRepeatableAndHaveEscapes() {
    Outcome outcome =
        troupe(
            "generate",
            "--model",
            model,
            "--prompt",
            "1",
            "--stop-strings",
            "",
            "--stop-strings",
            "\\n");
    outcome.isMistake(2, "stop-strings must be non-empty texts");
  }
}
