package io.troupe.protocols.weights;

/** A frame is damaged, has another layout version, or a value out of bounds. */
public final class FrameFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates an exception with a one-line message. */
  public FrameFormatException(String message) {
    super(message);
  }
}
