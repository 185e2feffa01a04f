package io.troupe.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.nn.checkpoint.StepFolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code troupe serve --follow HOST:PORT} beside a clustered run. */
@Timeout(180)
final class FollowedRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STEPS = 100_000; // the test ends the run

  @TempDir private Path folder;
  private final List<RunningCommand> commands = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (RunningCommand command : commands) {
      command.end();
    }
  }

  private RunningCommand start(Object... arguments) throws IOException {
    RunningCommand command = new RunningCommand(arguments);
    commands.add(command);
    return command;
  }

  private static JsonNode event(RunningCommand command, String name) throws IOException {
    JsonNode event = command.event();
    while (!event.path("event").asText().equals(name)) {
      event = command.event();
    }
    return event;
  }

  private Path config() throws IOException {
    Path model = TinyModel.write(folder.resolve("model"));
    Path data = folder.resolve("train.jsonl");
    Files.writeString(
        data,
        """
        {"question": "1+1=", "answer": "2"}
        {"question": "1+2=", "answer": "3"}
        """);
    Path config = folder.resolve("run.conf");
    Files.writeString(
        config,
        """
        model = "%s", data.train = "%s"
        steps = %d, seed = 3, threads = 1, groups-per-step = 2
        rewards = [{ name = length, max = 3 }]
        grpo { num-generations = 4, max-completion-length = 6 }
        optimizer { learning-rate = 1e-3 }
        """
            .formatted(model, data, STEPS));
    return config;
  }

  private static void await(JsonNode serving, long version) throws Exception {
    while (version(serving) < version) {
      Thread.sleep(50); // the test has a time limit
    }
  }

  private static long version(JsonNode serving) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(serving.path("http").asText() + "/v1/models")).build();
      return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
          .path("data")
          .path(0)
          .path("policy_version")
          .asLong();
    }
  }

  private static long newestCheckpoint(Path run) throws IOException {
    return StepFolder.in(run.resolve("checkpoints")).getFirst().step();
  }

  @Test
  void theWeightsOfEachStepAreServedAndTheLastOnesStay() throws Exception {
    Path key = folder.resolve("cluster.key");
    ClusterKey.loadOrCreate(key);
    Path run = folder.resolve("run");
    NodeAddress first = new NodeAddress("127.0.0.1", 0).bound();
    RunningCommand trains =
        start(
            "run",
            "--config",
            config(),
            "--listen",
            first,
            "--key-file",
            key,
            "--output-dir",
            run,
            "--json");
    RunningCommand serves = // asks until the other one listens
        start(
            "serve",
            "--follow",
            first,
            "--key-file",
            key,
            "--port",
            0,
            "--flight-port",
            0,
            "--json");
    JsonNode serving = event(serves, "serving");
    assertThat(serving.path("weights_version").asLong()).isZero(); // nobody samples yet

    start("join", first, "--key-file", key, "--output-dir", folder.resolve("node"), "--json");
    await(serving, 3);
    trains.interrupt();
    assertThat(trains.status().get(60, TimeUnit.SECONDS)).isNotNull();

    long last = version(serving);
    assertThat(last).isGreaterThanOrEqualTo(3);
    assertThat(last).as("version at the end of the run").isEqualTo(newestCheckpoint(run));
    assertThat(version(serving)).as("version after the end of the run").isEqualTo(last);
  }
}
