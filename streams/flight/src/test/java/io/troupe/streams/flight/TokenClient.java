package io.troupe.streams.flight;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A connection without a key to a Flight endpoint, for tests of other modules. */
public final class TokenClient implements AutoCloseable {
  private final BufferAllocator allocator = new RootAllocator();
  private final FlightClient client;

  /** Connects to a port of this machine. */
  public TokenClient(int port) {
    client = FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", port)).build();
  }

  /** All rows of a command. */
  public List<Row> rows(String json) throws Exception {
    Ticket ticket = client.getInfo(TestServer.command(json)).getEndpoints().getFirst().getTicket();
    try (FlightStream stream = client.getStream(ticket)) {
      return Row.readAll(stream);
    }
  }

  /** The result of an action. */
  public String run(String action, String json) {
    StringBuilder result = new StringBuilder();
    client
        .doAction(new Action(action, json.getBytes(StandardCharsets.UTF_8)))
        .forEachRemaining(r -> result.append(new String(r.getBody(), StandardCharsets.UTF_8)));
    return result.toString();
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    allocator.close();
  }
}
