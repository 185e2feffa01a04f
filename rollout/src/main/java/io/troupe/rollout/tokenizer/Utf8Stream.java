package io.troupe.rollout.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 byte by byte: a character appears with its last byte, malformed bytes as
 * replacement characters, just as when all bytes are decoded at once.
 */
final class Utf8Stream {
  private final byte[] pending = new byte[4];
  private int numPending;

  /** Adds the next byte; returns the text that is complete now. */
  String append(byte next) {
    boolean continues = (next & 0xc0) == 0x80;
    String malformed = continues ? "" : flush();
    pending[numPending++] = next;
    return numPending < lengthOf(pending[0] & 0xff) ? malformed : malformed + flush();
  }

  /** The bytes of the character that begins with a byte; 1 for a byte that begins none. */
  private static int lengthOf(int lead) {
    if (lead < 0xc0) {
      return 1;
    }
    if (lead < 0xe0) {
      return 2;
    }
    return lead < 0xf0 ? 3 : 4;
  }

  /** Decodes the remaining bytes. */
  String flush() {
    String text = new String(pending, 0, numPending, StandardCharsets.UTF_8);
    numPending = 0;
    return text;
  }
}
