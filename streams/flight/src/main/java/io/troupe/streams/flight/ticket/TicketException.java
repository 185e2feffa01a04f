package io.troupe.streams.flight.ticket;

import java.io.Serial;

/** A ticket is refused. */
public final class TicketException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** Why a ticket is refused. */
  public enum Reason {
    /** It is not the ticket of any server. */
    MALFORMED,
    /** This server has not issued it, or has issued it to another caller. */
    FORGED,
    /** Its time has passed. */
    EXPIRED
  }

  private final Reason reason;

  TicketException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The reason. */
  public Reason reason() {
    return reason;
  }
}
