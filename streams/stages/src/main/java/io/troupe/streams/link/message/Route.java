package io.troupe.streams.link.message;

import java.util.function.Consumer;
import java.util.function.Function;

/** The handler of a kind of message. Handlers run on the receiving thread and must not block. */
public sealed interface Route {
  /** Maximum size of a body in bytes; larger messages are rejected at their first frame. */
  long maxBodyBytes();

  /**
   * Messages are assembled in memory.
   *
   * @param maxBodyBytes maximum size of a body
   * @param handler receives each complete message
   */
  record Assembled(long maxBodyBytes, Consumer<ReceivedMessage> handler) implements Route {
    /** The largest body that fits an array. */
    public static final long MAX_BODY_BYTES = 1L << 30;

    /** Checks the size. */
    public Assembled {
      if (maxBodyBytes < 0 || maxBodyBytes > MAX_BODY_BYTES) {
        throw new IllegalArgumentException(
            "the size of an assembled message must be from 0 to "
                + MAX_BODY_BYTES
                + ", got "
                + maxBodyBytes
                + "; larger bodies need a destination");
      }
    }
  }

  /**
   * Bodies are written to a destination as they arrive.
   *
   * @param maxBodyBytes maximum size of a body
   * @param acceptor chooses the destination, or refuses the message
   */
  record Streamed(long maxBodyBytes, Function<MessageHeader, Acceptance> acceptor)
      implements Route {}
}
