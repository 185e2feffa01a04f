package io.troupe.streams.link.message;

import io.troupe.streams.link.frame.NodeHash;
import io.troupe.streams.link.frame.RejectedFrameException;
import io.troupe.streams.link.frame.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The start of every message: a byte with the length of the sender's name, the name in UTF-8, and
 * the attributes.
 *
 * @param sender name of the sender
 * @param attributes attributes of the message
 */
@SuppressWarnings("ArrayRecordComponent") // handed over to the header of the message
public record Preamble(String sender, byte[] attributes) {

  /** The bytes of a preamble. */
  public static byte[] encode(String sender, byte[] attributes) {
    byte[] name = sender.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[1 + name.length + attributes.length];
    bytes[0] = (byte) name.length;
    System.arraycopy(name, 0, bytes, 1, name.length);
    System.arraycopy(attributes, 0, bytes, 1 + name.length, attributes.length);
    return bytes;
  }

  /**
   * Reads the preamble at the start of a payload.
   *
   * @param length bytes of the preamble, all of which are in the payload
   * @param senderHash hash of the sender's name in the header
   * @throws RejectedFrameException if it is damaged or has another sender
   */
  public static Preamble decode(byte[] payload, int length, long senderHash)
      throws RejectedFrameException {
    int nameLength = payload[0] & 0xFF;
    int attributeLength = length - 1 - nameLength;
    if (nameLength == 0 || attributeLength < 0 || attributeLength > Message.MAX_ATTRIBUTE_BYTES) {
      throw new RejectedFrameException(Rejection.BAD_FIELD);
    }
    String sender = new String(payload, 1, nameLength, StandardCharsets.UTF_8);
    if (NodeHash.ofName(sender) != senderHash) {
      throw new RejectedFrameException(Rejection.BAD_FIELD);
    }
    return new Preamble(sender, Arrays.copyOfRange(payload, 1 + nameLength, length));
  }
}
