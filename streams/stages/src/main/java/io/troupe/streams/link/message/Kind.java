package io.troupe.streams.link.message;

/**
 * A kind of message.
 *
 * @param code value in the frames, 1 to 32767
 * @param name name in messages and metrics
 */
public record Kind(int code, String name) {

  /** Checks the code. */
  public Kind {
    if (code < 1 || code > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the code of kind " + name + " must be from 1 to 32767, got " + code);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
