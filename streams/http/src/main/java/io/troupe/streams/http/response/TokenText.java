package io.troupe.streams.http.response;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The text of one token as responses show it.
 *
 * @param text the text; for a token that is a part of a character, its bytes in OpenAI's form
 *     {@code bytes:\xe2\x80}
 * @param bytes the text in UTF-8; not to be changed
 * @param numCodePoints number of characters that begin in the token
 */
@SuppressWarnings("ArrayRecordComponent") // cached, never changed
record TokenText(String text, byte[] bytes, int numCodePoints) {
  static TokenText of(byte[] bytes) {
    int begun = 0;
    for (byte b : bytes) {
      begun += (b & 0xc0) == 0x80 ? 0 : 1;
    }
    return new TokenText(text(bytes), bytes, begun);
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      StringBuilder hex = new StringBuilder("bytes:");
      for (byte b : bytes) {
        hex.append(String.format("\\x%02x", b));
      }
      return hex.toString();
    }
  }
}
