package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.deploy.CommandLines.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temporary;

  @Test
  void builtInTaskWritesACompleteRunDirectory() throws IOException {
    Path run = temporary.resolve("run");
    Outcome outcome =
        troupe(
            "simulate",
            "--output-dir",
            run,
            "--steps",
            "3",
            "--warm-start-steps",
            "5",
            "--eval-steps",
            "0",
            "--groups-per-step",
            "2",
            "--num-generations",
            "4",
            "--max-held-out",
            "8");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("arithmetic, 3 steps of 2 x 4 samples", "held-out accuracy", "answer before")
        .contains("curves.png", "./troupe generate --model " + run);
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(3);
    JsonNode summary = JSON.readTree(run.resolve("summary.json").toFile());
    assertThat(summary.get("groups_trained").asLong()).isEqualTo(6);
    assertThat(run.resolve("plots/curves.png")).isNotEmptyFile();
    assertThat(run.resolve("log.txt"))
        .content()
        .contains("revision ", "num-generations=4", "seed=42", "io.troupe");
    Outcome answer =
        troupe("generate", "--model", run.resolve("checkpoints/final"), "--prompt", "1+2=");
    assertThat(answer.status()).isZero();
  }

  @Test
  void finishedRunCannotBeResumedAndLeavesANodeNothingToDo() throws IOException {
    Path run = temporary.resolve("run");
    troupe(
        "simulate",
        "--output-dir",
        run,
        "--steps",
        "1",
        "--warm-start-steps",
        "1",
        "--max-held-out",
        "4");
    Outcome resumed = troupe("resume", run);
    resumed.isFailure(1, "has finished");
    assertThat(resumed.out()).as("no title of a run that does not start").isEmpty();
    Outcome node = troupe("run", "--output-dir", run);
    assertThat(node.status()).isZero();
    assertThat(node.out()).contains("has finished: see").contains("summary.json");
  }

  @Test
  void customModelDataAndRewardsAreReportedAsJson() throws IOException {
    Path run = temporary.resolve("run");
    Path train =
        Files.writeString(
            temporary.resolve("train.jsonl"),
            "{\"prompt\": \"1+1=\", \"answer\": \"2\"}\n"
                + "{\"prompt\": \"2+2=\", \"answer\": \"4\"}\n");
    Path config =
        Files.writeString(temporary.resolve("run.conf"), "steps = 9, grpo.loss-type = grpo");
    Outcome outcome =
        troupe(
            "simulate",
            "--model",
            TinyModel.write(temporary.resolve("model")),
            "--train",
            train,
            "--reward",
            "length:0.5,max=2",
            "--reward",
            "numeric-match",
            "--output-dir",
            run,
            "--config",
            config,
            "--steps",
            "2",
            "--max-completion-length",
            "3",
            "--json",
            "--threads",
            "1");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).allSatisfy(line -> assertThat(JSON.readTree(line).has("event")).isTrue());
    assertThat(lines.stream().filter(line -> line.contains("\"event\":\"step\""))).hasSize(2);
    JsonNode last = JSON.readTree(lines.getLast());
    assertThat(last.get("event").asText()).isEqualTo("finished");
    assertThat(last.get("run").asText()).isEqualTo(run.toString());
    assertThat(last.get("accuracy_after").isNull()).isTrue();
    assertThat(run.resolve("config.conf")).content().contains("loss-type=grpo", "steps=2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void promptsFromMessagesAreSuggestedAsMessages(boolean evaluated) throws IOException {
    Path model = TinyModel.write(temporary.resolve("model"));
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}");
    Path rows =
        Files.writeString(
            temporary.resolve("rows.jsonl"),
            "{\"prompt\": [{\"role\": \"user\", \"content\": \"1+1=\"}], \"answer\": \"2\"}\n");
    Outcome outcome =
        troupe(
            "simulate",
            "--model",
            model,
            "--train",
            rows,
            "--held-out",
            evaluated ? rows : "",
            "--reward",
            "numeric-match",
            "--output-dir",
            temporary.resolve("run"),
            "--steps",
            "1",
            "--max-completion-length",
            "2",
            "--threads",
            "1");
    assertThat(outcome.out()).contains(" --chat --prompt TEXT").doesNotContain("--prompt '");
  }
}
