package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.deploy.CommandLines.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

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
      parameters.add(line.get("parameters").asLong());
    }
    assertThat(parameters).containsExactly(61_706L, 421_642L, 100_618L, 23_063L);
  }

  @Test
  void unknownModelIsRejected() {
    troupe("bench", "train", "--model", "lenet")
        .isMistake(2, "--model must be one of", "got lenet", "lenet5");
    troupe("bench", "decode", "--model", "lenet5").isMistake(2, "--model", "bench train");
  }
}
