package io.troupe.tensor;

/** Tensors whose shapes or element types do not fit an operation; the message names both sides. */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the expected and the actual shape in its message. */
  public ShapeException(String message) {
    super(message);
  }
}
