package io.troupe.streams.flight;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.ServingConfig;
import io.troupe.serving.ModelFolder;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.model.ServedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * A Flight server over a small random model with a long context, and clients for it. Closing it
 * checks that server and clients have released every Arrow buffer.
 */
public final class TestServer implements AutoCloseable {
  static final CallOption ANN = key("ann-has-a-long-key");
  static final CallOption BOB = key("bob-has-a-long-key");
  static final CallOption OPS = key("ops-has-a-long-key");
  private static final String KEYS =
      """
      ann ann-has-a-long-key
      bob bob-has-a-long-key
      ops ops-has-a-long-key weights
      """;

  private final Endpoint endpoint;
  private final FlightEndpoint flight;
  private final BufferAllocator allocator = new RootAllocator();
  private final List<FlightClient> clients = new ArrayList<>();
  private volatile Duration skew = Duration.ZERO;

  private TestServer(Path folder, String hocon, boolean isWarm) throws Exception {
    Path model = folder.resolve("root/first");
    if (!Files.exists(model)) {
      writeModel(model);
    }
    Config settings =
        ConfigFactory.parseString(hocon)
            .withFallback(ConfigFactory.parseMap(Map.of("weights-root", folder + "/root")))
            .withFallback(
                ConfigFactory.parseString(
                    "network { flight-port = 0 }, load { max-cached-tokens = 262144 }"));
    ServingConfig config = ServingConfig.from(settings);
    endpoint = new Endpoint(ServedModel.load(model, "small", 1), config);
    if (isWarm) {
      endpoint.warmUp();
    }
    ApiKeys keys = ApiKeys.load(Files.writeString(folder.resolve("keys"), KEYS));
    InstantSource clock = () -> Instant.now().plus(skew);
    flight = FlightEndpoint.start(endpoint, keys, config, clock);
  }

  /** A server that is ready. */
  static TestServer start(Path folder, String hocon) throws Exception {
    return new TestServer(folder, hocon, true);
  }

  /** A server whose endpoint is still starting. */
  static TestServer starting(Path folder) throws Exception {
    return new TestServer(folder, "", false);
  }

  /** The small model, with a context of 16,384 tokens. */
  static void writeModel(Path folder) {
    ModelFolder.write("llama3-untied", folder);
    try {
      Path config = folder.resolve("config.json");
      String json = Files.readString(config);
      Files.writeString(
          config,
          json.replace("\"max_position_embeddings\": 64", "\"max_position_embeddings\": 16384"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CallOption key(String key) {
    FlightCallHeaders headers = new FlightCallHeaders();
    headers.insert("authorization", "Bearer " + key);
    return new HeaderCallOption(headers);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  FlightEndpoint flight() {
    return flight;
  }

  BufferAllocator allocator() {
    return allocator;
  }

  int port() {
    return flight.port();
  }

  /** Moves the clock that tickets and certificates of clients expire by. */
  void advance(Duration time) {
    skew = skew.plus(time); // by one thread
  }

  /** A connection of its own. */
  FlightClient connect() {
    FlightClient client =
        FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", port())).build();
    clients.add(client);
    return client;
  }

  static FlightDescriptor command(String json) {
    return FlightDescriptor.command(json.getBytes(StandardCharsets.UTF_8));
  }

  static Ticket ticket(FlightClient client, String json, CallOption key) {
    return client.getInfo(command(json), key).getEndpoints().getFirst().getTicket();
  }

  /** All rows of a command. */
  static List<Row> rows(FlightClient client, String json, CallOption key) throws Exception {
    try (FlightStream stream = client.getStream(ticket(client, json, key), key)) {
      return Row.readAll(stream);
    }
  }

  /** Waits for a state that other threads bring about. */
  static void await(String state, BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(state + " must hold within 30 s, but does not");
      }
      Thread.sleep(1);
    }
  }

  /** Waits until no request is left in the endpoint. */
  void awaitIdle() throws InterruptedException {
    await("no request", () -> endpoint.numRequests() == 0 && flight.numRunning() == 0);
    await("no running completion", () -> metric("troupe_num_requests_running") == 0);
  }

  /** The value of a metric. */
  double metric(String name) {
    return endpoint
        .metrics()
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() throws Exception {
    for (FlightClient client : clients) {
      client.close();
    }
    flight.close();
    endpoint.close();
    allocator.close();
  }
}
