package io.troupe.log.store;

/** Something of an older epoch than the newest one was rejected. */
public final class StaleEpochException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  StaleEpochException(long epoch, long newest) {
    super(
        "epoch must be >= %d, got %d; another coordinator has taken over".formatted(newest, epoch));
  }
}
