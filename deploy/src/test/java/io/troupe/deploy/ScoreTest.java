package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreTest {
  @TempDir private Path temporary;
  private Path data;

  @BeforeEach
  void writeCompletions() throws IOException {
    data =
        Files.writeString(
            temporary.resolve("data.jsonl"),
            """
            {"question": "1", "completion": "it is \\\\boxed{9{,}500}", "answer": "#### 9,500"}
            {"question": "2", "completion": "<think>a</think><answer>7</answer>", "answer": "8"}
            {"question": "3", "completion": "no number", "answer": 12345678.0}
            {"question": "4", "completion": "5", "answer": "five"}
            """);
  }

  @Test
  void everyScoreIsPrintedWithTheComparedValues() {
    CommandLines.Outcome outcome =
        troupe("score", "--data", data, "--reward", "numeric-match", "--reward", "format:0.5");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().lines().map(line -> line.strip().replaceAll(" {2,}", " | ")))
        .containsExactly(
            "row | reward | score | completion | answer",
            "1 | numeric-match | 1 | 9500 | 9500",
            "format | 0 | no <think> | -",
            "2 | numeric-match | 0 | 7 | 8",
            "format | 1 | blocks in order | -",
            "3 | numeric-match | 0 | - | 12345678",
            "format | 0 | no <think> | -",
            "4 | numeric-match | - | answer must contain a number",
            "format | 0 | no <think> | -",
            "",
            "mean numeric-match | 0.3333",
            "mean format | 0.2500",
            "mean sum | 0.5000",
            "4 completions, 1 without a score");
  }

  @Test
  void jsonHasOneObjectPerCompletionAndTheMeans() {
    CommandLines.Outcome outcome =
        troupe("score", "--data", data, "--reward", "numeric-match", "--limit", 1, "--json");

    assertThat(outcome.out().lines())
        .containsExactly(
            "{\"row\":1,\"reward\":1.0,\"rewards\":{\"numeric-match\":"
                + "{\"score\":1.0,\"completion\":\"9500\",\"answer\":\"9500\"}}}",
            "{\"rows\":1,\"unscorable\":0,\"mean_reward\":1.0,"
                + "\"mean_rewards\":{\"numeric-match\":1.0}}");
  }

  @Test
  void completionsMayBeCsvOrParquetWithOtherColumns() throws Exception {
    Path csv = temporary.resolve("data.csv");
    Files.writeString(csv, "response,gold\n\"it is 1,000\",1000\n");
    Path parquet = temporary.resolve("data.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("copy (select 'it is 1,000' response, 1000 gold) to '" + parquet + "'");
    }
    for (Path file : new Path[] {csv, parquet}) {
      CommandLines.Outcome outcome =
          troupe(
              "score",
              "--data",
              file,
              "--completion-column",
              "response",
              "--reward",
              "numeric-match,field=gold");
      assertThat(outcome.out()).as(file.toString()).contains("mean numeric-match  1.0000");
    }
  }

  @Test
  void errorsAreOneLine() {
    troupe("score", "--data", data, "--reward", "numeric").isMistake(2, "reward must be one of");
    troupe("score", "--data", data, "--reward", "length").isMistake(2, "--model must be");
    troupe("score", "--data", data, "--reward", "regex,pattern=(").isMistake(2, "pattern must be");
    troupe("score", "--data", data, "--reward", "format", "--limit", -1).isMistake(2, "--limit");
    troupe("score", "--data", "none.jsonl", "--reward", "format").isMistake(1, "none.jsonl");
    troupe("score", "--data", data, "--reward", "format", "--completion-column", "x")
        .isMistake(1, "line 1", "column x");
  }

  @Test
  void tokenizerCountsTokens() throws IOException {
    Path model = TinyModel.write(temporary.resolve("model"));
    Path sums = Files.writeString(temporary.resolve("sums.jsonl"), "{\"completion\": \"1+2\"}\n");
    CommandLines.Outcome outcome =
        troupe("score", "--data", sums, "--reward", "length,max=2,slack=4", "--model", model);
    assertThat(outcome.out()).contains("0.7500  3 tokens");
  }
}
