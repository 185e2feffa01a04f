package io.troupe.streams.link.message;

import java.nio.charset.StandardCharsets;

/** The names of nodes. */
public final class Names {
  private Names() {}

  /**
   * Returns a name.
   *
   * @throws IllegalArgumentException if it does not fit the preamble of a message
   */
  public static String check(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length < 1 || length > Peer.MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "the name of a node must have 1 to " + Peer.MAX_NAME_BYTES + " bytes, got " + length);
    }
    return name;
  }
}
