package io.troupe.streams.flight.status;

import io.troupe.rollout.engine.QueueFullException;
import io.troupe.rollout.service.DecodingStoppedException;
import io.troupe.serving.endpoint.DeadlineException;
import io.troupe.serving.endpoint.RefusedException;
import io.troupe.serving.weights.WeightUpdateException;
import io.troupe.streams.flight.ticket.TicketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.memory.OutOfMemoryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Translates exceptions into errors of Flight. */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final int MAX_MESSAGE_LENGTH = 500; // a status travels in headers of limited size

  private Failures() {}

  /** The error that the client gets; one that is no fault of the client is logged. */
  public static FlightRuntimeException of(Throwable failure) {
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    return cause instanceof FlightRuntimeException flight
        ? flight
        : status(cause).toRuntimeException();
  }

  private static CallStatus status(Throwable cause) {
    return switch (cause) {
      case IllegalArgumentException e -> described(CallStatus.INVALID_ARGUMENT, e);
      case WeightUpdateException e -> described(CallStatus.INVALID_ARGUMENT, e);
      case TicketException e ->
          switch (e.reason()) {
            case MALFORMED, EXPIRED -> described(CallStatus.INVALID_ARGUMENT, e);
            case FORGED -> described(CallStatus.UNAUTHORIZED, e);
          };
      case RefusedException e ->
          switch (e.reason()) {
            case BUSY -> refused(CallStatus.RESOURCE_EXHAUSTED, e);
            case STARTING, DRAINING -> refused(CallStatus.UNAVAILABLE, e);
          };
      case QueueFullException e -> described(CallStatus.RESOURCE_EXHAUSTED, e);
      case DeadlineException e -> described(CallStatus.TIMED_OUT, e);
      case DecodingStoppedException e -> described(CallStatus.UNAVAILABLE, e);
      case OutOfMemoryException e -> {
        LOG.warn("a call has exceeded the memory for Arrow buffers: {}", e.getMessage());
        yield CallStatus.RESOURCE_EXHAUSTED.withDescription(
            "the call must fit into the server's memory for Arrow buffers; try again later");
      }
      default -> {
        LOG.error("a call has failed", cause);
        yield CallStatus.INTERNAL.withDescription("the call has failed; see the server's log");
      }
    };
  }

  private static CallStatus refused(CallStatus status, RefusedException e) {
    ErrorFlightMetadata metadata = new ErrorFlightMetadata();
    byte[] seconds = Long.toString(e.retryAfter().toSeconds()).getBytes(StandardCharsets.US_ASCII);
    metadata.insert("retry-after", seconds);
    return described(status, e).withMetadata(metadata);
  }

  private static CallStatus described(CallStatus status, Throwable e) {
    String message = String.valueOf(e.getMessage());
    return status.withDescription(
        message.length() <= MAX_MESSAGE_LENGTH
            ? message
            : message.substring(0, MAX_MESSAGE_LENGTH) + "...");
  }
}
