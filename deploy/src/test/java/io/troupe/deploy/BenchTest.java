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

class BenchTest {
  @Test
  void benchmarkModelsHaveTheReferenceParameterCounts() throws IOException {
    Outcome outcome =
        troupe(
            "bench",
            "train",
            "--model",
            "lenet5,simplecnn,lstm,gcn",
            "--warm-ups",
            "0",
            "--repeats",
            "1",
            "--json");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).hasSize(4);
    List<Long> parameters = new java.util.ArrayList<>();
    for (String text : lines) {
      JsonNode line = new ObjectMapper().readTree(text);
      assertThat(line.get("median_ms").asDouble()).isPositive();
      assertThat(line.get("peak_tensor_bytes").asLong()).isPositive();
      assertThat(line.get("peak_resident_bytes").asLong()).isPositive();
      assertThat(line.get("reference_gflop_s").asDouble()).isPositive();
      assertThat(line.get("environment").fieldNames())
          .toIterable()
          .containsExactly("cpu", "isa", "threads", "jdk", "commit", "date");
      assertThat(line.get("limits").get("register_gflop_s").asDouble()).isPositive();
      parameters.add(line.get("parameters").asLong());
    }
    assertThat(parameters).containsExactly(61_706L, 421_642L, 100_618L, 23_063L);
  }

  @Test
  void unknownModelIsRejected() {
    troupe("bench", "train", "--model", "lenet")
        .isMistake(2, "--model must be one of", "got lenet", "lenet5");
    troupe("bench", "decode", "--model", "lenet5").isMistake(2, "--model", "bench decode");
  }

  @Test
  void workloadIsRequired() {
    troupe("bench").isMistake(2, "grpo", "decode", "train", "kernels", "got none");
    troupe("bench", "kernel").isMistake(2, "no command kernel", "kernels");
  }

  @Test
  void transfersAreMeasuredBesidePlainAeron() throws IOException {
    Outcome outcome =
        troupe(
            "bench",
            "transport",
            "--megabytes",
            "3",
            "--receivers",
            "2",
            "--gradients",
            "tiny",
            "--warm-ups",
            "0",
            "--repeats",
            "2",
            "--json");
    assertThat(outcome.err()).isEmpty();
    List<String> titles = new java.util.ArrayList<>();
    for (String text : outcome.out().lines().toList()) {
      JsonNode line = new ObjectMapper().readTree(text);
      assertThat(line.get("median_mb_s").asDouble()).isPositive();
      assertThat(line.get("times_aeron").asDouble()).isPositive();
      titles.add(line.get("title").asText());
    }
    assertThat(titles)
        .containsExactly(
            "3 MB to 2, aeron",
            "3 MB to 2, checksums",
            "3 MB to 2, encrypted",
            "3 MB to 1, 1 stopped, aeron",
            "3 MB to 1, 1 stopped, checksums",
            "3 MB to 1, 1 stopped, encrypted",
            "gradients of tiny, 4 MB both ways, aeron",
            "gradients of tiny, 4 MB both ways, checksums",
            "gradients of tiny, 4 MB both ways, encrypted");
    troupe("bench", "transport", "--megabytes", "0").isMistake(2, "--megabytes must be from 1");
    troupe("bench", "transport", "--receivers", "1").isMistake(2, "--stopped must be", "got 1");
  }

  @Test
  void kernelsAreMeasuredBesideTheirLimits() throws IOException {
    Outcome outcome =
        troupe(
            "bench",
            "kernels",
            "--only",
            "products,attention",
            "--match",
            "tiny",
            "--seconds",
            "0.001",
            "--json");
    assertThat(outcome.err()).isEmpty();
    List<JsonNode> lines = new java.util.ArrayList<>();
    for (String line : outcome.out().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    assertThat(lines).extracting(line -> line.get("title").asText()).doesNotHaveDuplicates();
    assertThat(lines)
        .extracting(line -> line.get("group").asText())
        .contains("products", "attention")
        .doesNotContain("convolutions");
    for (JsonNode line : lines) {
      assertThat(line.get("floor_s").asDouble()).as(line.toString()).isPositive();
      assertThat(line.has("median_gflop_s") || line.has("median_gb_s")).isTrue();
    }
  }

  @Test
  void grpoStepsAreTimedWithTheirMemory() throws IOException {
    Outcome outcome =
        troupe(
            "bench",
            "grpo",
            "--groups-per-step",
            "2",
            "--num-generations",
            "2",
            "--max-completion-length",
            "4",
            "--warm-ups",
            "0",
            "--repeats",
            "2",
            "--json");
    assertThat(outcome.err()).isEmpty();
    JsonNode line = new ObjectMapper().readTree(outcome.out());
    assertThat(line.get("title").asText()).isEqualTo("grpo tiny 2x2x4");
    assertThat(line.get("n").asInt()).isEqualTo(2);
    assertThat(line.get("mean_length").asDouble()).isEqualTo(4);
    assertThat(line.get("peak_resident_bytes").asLong()).isPositive();
  }

  @Test
  void resultsOfFreshProcessesCanBeCompared(@TempDir Path folder) throws IOException {
    Outcome outcome =
        troupe(
            "bench",
            "train",
            "--model",
            "lenet5",
            "--warm-ups",
            "0",
            "--repeats",
            "1",
            "--processes",
            "2",
            "--json");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().lines()).hasSize(2);
    Path file = Files.writeString(folder.resolve("results.json"), outcome.out());
    Outcome comparison = troupe("bench", "compare", file, file);
    assertThat(comparison.err()).isEmpty();
    assertThat(comparison.out()).contains("train lenet5, batch 64", "reference loop", "1.00");
  }

  @Test
  void onlyResultsCanBeCompared(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), "{}");
    troupe("bench", "compare", file, folder.resolve("none")).isMistake(1, "x.json line 1 must be");
    troupe("bench", "train", "--processes", "0").isMistake(2, "--processes must be", "got 0");
  }
}
