package io.troupe.streams.http.events;

import io.troupe.serving.endpoint.Generation;
import io.troupe.streams.http.server.ClientConnection;

/** A generation that is canceled when its client disconnects. Closing twice is harmless. */
public final class ClientGeneration implements AutoCloseable {
  private final Generation generation;
  private final ClientConnection connection;
  private final ClientConnection.Registration registration;

  /** Ties a generation to a connection. */
  public ClientGeneration(Generation generation, ClientConnection connection) {
    this.generation = generation;
    this.connection = connection;
    this.registration = connection.whenClosed(() -> generation.cancel("its client, which left"));
  }

  Generation generation() {
    return generation;
  }

  ClientConnection connection() {
    return connection;
  }

  @Override
  public void close() {
    registration.remove();
    generation.close();
  }
}
