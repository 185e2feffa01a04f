package io.troupe.streams.flight.job;

import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.streams.flight.command.GenerateCommand;
import io.troupe.streams.flight.stream.WriterLoop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightRuntimeException;

/**
 * The jobs of an endpoint. Their number and the number of tokens that they may keep are limited,
 * for each caller and in all. A job is removed some time after its start, or when its owner cancels
 * it. Thread-safe.
 */
public final class Jobs implements AutoCloseable {
  private static final int MAX_JOBS = 64;
  private static final int MAX_JOBS_PER_CALLER = 16;
  private static final long MAX_TOKENS = 1 << 19; // some 100 bytes each

  private final Endpoint endpoint;
  private final WriterLoop loop;
  private final Duration lifetime;
  private final Map<UUID, Job> jobs = new LinkedHashMap<>(); // guarded by this
  private long numTokens; // that all jobs may keep; guarded by this

  /**
   * An empty set of jobs.
   *
   * @param loop removes expired jobs
   * @param lifetime time from the start of a job to its removal
   */
  public Jobs(Endpoint endpoint, WriterLoop loop, Duration lifetime) {
    this.endpoint = endpoint;
    this.loop = loop;
    this.lifetime = lifetime;
  }

  /**
   * Starts a job.
   *
   * @throws InvalidFieldException if it could produce more tokens than all jobs may keep
   * @throws FlightRuntimeException if there are too many jobs
   * @throws io.troupe.serving.endpoint.RefusedException if the endpoint refuses the request
   */
  public Job start(UUID id, String owner, GenerateCommand command) {
    long maxTokens = command.maxTokens(endpoint.model().config().maxPositionEmbeddings());
    Job job;
    synchronized (this) {
      requireRoom(owner, maxTokens);
      job = new Job(id, owner, command.batching(), maxTokens, endpoint.submit(command.request()));
      jobs.put(id, job);
      numTokens += maxTokens;
    }
    job.start();
    loop.schedule(() -> remove(id), lifetime.toNanos());
    return job;
  }

  private void requireRoom(String owner, long maxTokens) {
    if (maxTokens > MAX_TOKENS) {
      throw InvalidFieldException.of(
          "max_tokens", "at most " + MAX_TOKENS + " for all completions of a job", maxTokens);
    }
    long ofOwner = jobs.values().stream().filter(job -> job.owner().equals(owner)).count();
    if (jobs.size() >= MAX_JOBS || ofOwner >= MAX_JOBS_PER_CALLER) {
      throw CallStatus.RESOURCE_EXHAUSTED
          .withDescription(
              "the number of jobs must be at most %d, %d of one caller, got %d and %d; cancel some"
                  .formatted(MAX_JOBS, MAX_JOBS_PER_CALLER, jobs.size() + 1, ofOwner + 1))
          .toRuntimeException();
    }
    if (numTokens + maxTokens > MAX_TOKENS) {
      throw CallStatus.RESOURCE_EXHAUSTED
          .withDescription(
              "the jobs of all callers must have at most %d tokens, got %d; try again later"
                  .formatted(MAX_TOKENS, numTokens + maxTokens))
          .toRuntimeException();
    }
  }

  /**
   * A job of a caller.
   *
   * @throws FlightRuntimeException if there is none
   */
  public synchronized Job get(UUID id, String owner) {
    return find(id, owner)
        .orElseThrow(
            () ->
                CallStatus.NOT_FOUND
                    .withDescription("the job must exist, but has expired or was canceled")
                    .toRuntimeException());
  }

  private Optional<Job> find(UUID id, String owner) {
    return Optional.ofNullable(jobs.get(id)).filter(job -> job.owner().equals(owner));
  }

  /** The jobs of a caller, oldest first. */
  public synchronized List<Job> of(String owner) {
    return jobs.values().stream().filter(job -> job.owner().equals(owner)).toList();
  }

  /**
   * Cancels and removes a job of a caller.
   *
   * @return false if the caller has no such job
   */
  public boolean cancel(UUID id, String owner) {
    boolean exists;
    synchronized (this) {
      exists = find(id, owner).isPresent();
    }
    return exists && remove(id);
  }

  private boolean remove(UUID id) {
    Job removed;
    synchronized (this) {
      removed = jobs.remove(id);
      if (removed == null) {
        return false;
      }
      numTokens -= removed.maxTokens();
    }
    removed.cancel(
        CallStatus.CANCELLED
            .withDescription("the job was canceled or has expired")
            .toRuntimeException());
    return true;
  }

  /** Cancels all jobs. */
  @Override
  public void close() {
    List<UUID> ids;
    synchronized (this) {
      ids = List.copyOf(jobs.keySet());
    }
    ids.forEach(this::remove);
  }
}
