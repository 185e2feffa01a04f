package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Equal requests have equal answers: tokens and log-probabilities, regardless of the load. */
@Timeout(120)
class ReproducibilityTest {
  private static final int NUM_OTHERS = 31;
  private static final int NUM_ROUNDS = 10;

  @TempDir private static Path folder;
  private static RunningEndpoint endpoint;

  @BeforeAll
  static void start() throws InterruptedException {
    endpoint = RunningEndpoint.start(folder, "load { max-batch-sequences = 16 }");
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  private static String body(Random random) {
    StringBuilder ids = new StringBuilder("1");
    for (int i = random.nextInt(1, 30); i > 0; i--) {
      ids.append(", ").append(random.nextInt(3, 60));
    }
    return "{\"prompt\": [%s], \"max_tokens\": %d, \"temperature\": %s, \"top_p\": %s, \"seed\": %d, \"n\": %d, \"presence_penalty\": %s, \"logprobs\": 1, \"ignore_eos\": true, \"return_token_ids\": true}"
        .formatted(
            ids,
            random.nextInt(1, 30),
            random.nextBoolean() ? "0" : "0.9",
            random.nextBoolean() ? "1" : "0.8",
            random.nextInt(100),
            random.nextInt(1, 3),
            random.nextBoolean() ? "0" : "0.5");
  }

  private static JsonNode choices(String body) {
    var response = endpoint.post("/v1/completions", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return RunningEndpoint.read(response.body()).path("choices");
  }

  @Test
  void answersDoNotDependOnTheLoad() throws Exception {
    List<String> bodies = new ArrayList<>();
    List<JsonNode> alone = new ArrayList<>();
    for (int seed = 0; seed <= NUM_OTHERS; seed++) {
      bodies.add(body(new Random(seed)));
      alone.add(choices(bodies.getLast()));
    }
    try (ExecutorService clients = Executors.newFixedThreadPool(NUM_OTHERS + 1)) {
      for (int round = 0; round < NUM_ROUNDS; round++) {
        List<Future<JsonNode>> together = new ArrayList<>();
        for (String body : bodies) {
          together.add(clients.submit(() -> choices(body)));
        }
        for (int seed = 0; seed <= NUM_OTHERS; seed++) {
          assertThat(together.get(seed).get())
              .as("round %d, seed %d: %s", round, seed, bodies.get(seed))
              .isEqualTo(alone.get(seed));
        }
      }
    }
  }
}
