package io.troupe.protocols.weights;

/** A frame is not what it should be: damaged, of another version, or out of bounds. */
public final class FrameFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is wrong with it. */
  public FrameFormatException(String message) {
    super(message);
  }
}
