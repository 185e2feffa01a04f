package io.troupe.streams.flight.stream;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The requests that are being answered, so that their owners can cancel them. Thread-safe. */
public final class RunningStreams {
  private record Running(String owner, Runnable cancel) {}

  private final ConcurrentMap<UUID, Running> streams = new ConcurrentHashMap<>();

  /**
   * Adds a request.
   *
   * @param cancel ends the request
   * @return false if a request with this id is being answered already
   */
  public boolean add(UUID id, String owner, Runnable cancel) {
    return streams.putIfAbsent(id, new Running(owner, cancel)) == null;
  }

  /** Removes a request that has ended. */
  public void remove(UUID id) {
    streams.remove(id);
  }

  /**
   * Cancels a request of a caller.
   *
   * @return false if the caller has no such request, or it has ended
   */
  public boolean cancel(UUID id, String owner) {
    Optional<Running> running =
        Optional.ofNullable(streams.get(id)).filter(stream -> stream.owner().equals(owner));
    running.ifPresent(stream -> stream.cancel().run());
    return running.isPresent();
  }

  /** Number of requests that are being answered. */
  public int size() {
    return streams.size();
  }
}
