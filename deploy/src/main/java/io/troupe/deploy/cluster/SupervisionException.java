package io.troupe.deploy.cluster;

/** A process of the cluster cannot be kept running. The message is one line. */
public final class SupervisionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SupervisionException(String message) {
    super(message);
  }
}
