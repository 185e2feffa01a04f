package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ColdLogProbs;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.WeightVersions;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.service.DecoderThread;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingStream;
import io.troupe.serving.ModelFolder;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.access.Scope;
import io.troupe.streams.flight.FlightEndpoint;
import io.troupe.streams.flight.TokenClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of both protocols read completions over real connections, while others replace the
 * weights by both protocols. Every token must have the log-probability that a pass without any
 * cache gives it under the weights of its version, and completions of one version must be those of
 * a decoder that has never had other weights.
 */
@Timeout(300)
class WeightUpdatesUnderLoadTest {
  private static final int NUM_READERS = 16;
  private static final int NUM_UPDATES = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ApiKeys EVERYBODY = ApiKeys.none(Set.of(Scope.values()));

  @TempDir private Path root;

  private record Answer(LoadedRequest request, List<Completion> completions) {}

  /** Asks for completions of a request by one protocol. */
  @FunctionalInterface
  private interface Client {
    List<Completion> complete(LoadedRequest request) throws Exception;
  }

  private Path directory(long version) {
    return root.resolve("v" + version);
  }

  private void writeWeights(ReferenceDecoding decoding, WeightVersions versions) throws Exception {
    for (int version = 0; version <= NUM_UPDATES; version++) {
      versions.write(version);
      ModelFolder.write("llama3-untied", directory(version));
      PretrainedModel.save(decoding.model(), directory(version));
    }
  }

  private static Client http(RunningEndpoint endpoint, boolean stream) {
    return request -> {
      List<JsonNode> parts =
          stream
              ? endpoint.stream("/v1/completions", request.body(true))
              : List.of(endpoint.ask("/v1/completions", request.body(false)));
      return request.ofResponse(parts);
    };
  }

  private static Client flight(TokenClient connection) {
    return request -> request.ofRows(connection.rows(request.command()));
  }

  private static Client client(int index, RunningEndpoint http, TokenClient flight) {
    return switch (index % 4) {
      case 0 -> http(http, true);
      case 1 -> http(http, false);
      default -> flight(flight);
    };
  }

  /** Reads one request after the other until the weights change no more. */
  private static Callable<List<Answer>> reader(Client client, long seed, AtomicBoolean isOver) {
    return () -> {
      SplittableRandom random = new SplittableRandom(seed);
      List<Answer> answers = new ArrayList<>();
      while (!isOver.get()) {
        LoadedRequest request = LoadedRequest.random(random);
        answers.add(new Answer(request, client.complete(request)));
      }
      return answers;
    };
  }

  /** Replaces the weights by one of the protocols; returns what the endpoint answers. */
  private static JsonNode update(int version, RunningEndpoint http, TokenClient flight) {
    String body =
        "{\"directory\": \"v%d\", \"mode\": \"%s\"}"
            .formatted(version, version % 4 < 2 ? "keep" : "wait");
    return version % 2 == 0
        ? http.ask("/v1/weights", body)
        : RunningEndpoint.read(flight.run("weights", body));
  }

  @Test
  void fiftyUpdatesUnderSixteenStreamsFailNoRequestAndMixNoVersions() throws Exception {
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama3-untied", 2)) {
      WeightVersions versions = new WeightVersions(decoding.model());
      writeWeights(decoding, versions);
      List<Answer> answers = readDuringUpdates();
      assertThat(answers).hasSizeGreaterThan(NUM_READERS);
      ColdLogProbs cold = new ColdLogProbs(decoding, versions);
      int numMixed = 0;
      Map<Long, List<Answer>> unmixed = new TreeMap<>();
      for (Answer answer : answers) {
        long[] used = versionsOf(answer);
        answer.completions.forEach(c -> cold.check("under load", answer.request.decoding(), c));
        if (used.length == 1) {
          unmixed.computeIfAbsent(used[0], _ -> new ArrayList<>()).add(answer);
        } else {
          numMixed++;
        }
      }
      assertThat(numMixed).as("completions that an update has met").isPositive();
      assertThat(unmixed).as("versions with completions of their own").hasSizeGreaterThan(25);
      for (var entry : unmixed.entrySet()) {
        versions.write(entry.getKey());
        assertDecodedCold(decoding, entry.getValue());
      }
    }
  }

  private static long[] versionsOf(Answer answer) {
    return answer.completions.stream()
        .flatMapToLong(completion -> Arrays.stream(completion.policyVersions()))
        .distinct()
        .toArray();
  }

  private List<Answer> readDuringUpdates() throws Exception {
    String settings =
        "weights-root = \"%s\", load { max-batch-sequences = 20, max-prefill-tokens = 16 }"
            .formatted(root);
    AtomicBoolean isOver = new AtomicBoolean();
    List<Answer> answers = new ArrayList<>();
    try (RunningEndpoint http = RunningEndpoint.startCold(directory(0), settings, EVERYBODY);
        FlightEndpoint server =
            FlightEndpoint.start(http.endpoint, EVERYBODY, http.endpoint.config());
        TokenClient flight = new TokenClient(server.port());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      http.endpoint.warmUp();
      List<Future<List<Answer>>> readers = new ArrayList<>();
      for (int i = 0; i < NUM_READERS; i++) {
        readers.add(threads.submit(reader(client(i, http, flight), i, isOver)));
      }
      SplittableRandom random = new SplittableRandom(NUM_READERS);
      try {
        for (int version = 1; version <= NUM_UPDATES; version++) {
          JsonNode updated = update(version, http, flight);
          assertThat(updated.path("version").intValue()).isEqualTo(version);
          assertThat(updated.path("checksum").asText())
              .isEqualTo(http.endpoint.model().weights().checksum());
          LoadedRequest request = LoadedRequest.random(random); // some passes before the next
          answers.add(new Answer(request, client(version, http, flight).complete(request)));
        }
      } finally {
        isOver.set(true);
      }
      for (Future<List<Answer>> reader : readers) {
        answers.addAll(reader.get());
      }
      assertThat(http.endpoint.numRequests()).isZero();
    }
    return answers;
  }

  /** Compares with a decoder without a prefix cache that has had no other weights. */
  private static void assertDecodedCold(ReferenceDecoding decoding, List<Answer> answers)
      throws InterruptedException {
    DecodingLimits limits = new DecodingLimits(20, 20 * 64, 64);
    try (DecoderThread decoder =
        new DecoderThread("cold", decoding.model(), decoding.tokenizer(), limits, PATIENCE)) {
      for (Answer answer : answers) {
        try (DecodingStream stream = decoder.service().submit(answer.request.decoding())) {
          SampledGroup group = ((RequestCompleted) stream.await(PATIENCE).orElseThrow()).group();
          for (int i = 0; i < group.completions().size(); i++) {
            Completion expected = group.completions().get(i);
            Completion served = answer.completions.get(i);
            assertThat(served.tokenIds()).isEqualTo(expected.tokenIds());
            assertThat(served.logProbs()).isEqualTo(expected.logProbs());
          }
        }
      }
    }
  }
}
