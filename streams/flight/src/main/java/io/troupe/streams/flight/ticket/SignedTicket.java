package io.troupe.streams.flight.ticket;

import java.time.Instant;
import java.util.UUID;

/**
 * The content of a ticket whose signature is valid.
 *
 * @param kind what it gives access to
 * @param id of the request or job
 * @param expiresAt the time from which it is refused, in whole milliseconds
 * @param content the command of a request; empty for a job; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
public record SignedTicket(Kind kind, UUID id, Instant expiresAt, byte[] content) {

  /** What a ticket gives access to. */
  public enum Kind {
    /** A stream that decodes the command in the ticket. */
    REQUEST,
    /** A job that the server runs. */
    JOB
  }
}
