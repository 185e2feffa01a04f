package io.troupe.streams.link.frame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes frames for tests, authentic ones and others.
 *
 * @param protection key of the run
 * @param runId run of the frames
 * @param sender name of the sender
 * @param incarnation incarnation of the sender
 * @param start random number of the sender's start
 * @param receiver hash of the receiver
 */
public record FrameForge(
    FrameProtection protection,
    long runId,
    String sender,
    long incarnation,
    long start,
    long receiver) {

  /** The bytes of a message: preamble without attributes, and body. */
  public byte[] message(byte[] body) {
    byte[] name = sender.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(new byte[] {(byte) name.length}, 1 + name.length + body.length);
    System.arraycopy(name, 0, bytes, 1, name.length);
    System.arraycopy(body, 0, bytes, 1 + name.length, body.length);
    return bytes;
  }

  /** Bytes of a preamble without attributes. */
  public int preambleLength() {
    return 1 + sender.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A frame with a part of a message. */
  public byte[] frame(
      int kind, long epoch, long messageId, byte[] message, int from, int to, long counter) {
    FrameHeader header =
        new FrameHeader(
            kind,
            runId,
            NodeHash.ofName(sender),
            incarnation,
            start,
            receiver,
            epoch,
            messageId,
            message.length,
            from,
            counter,
            to - from,
            preambleLength());
    return frame(header, Arrays.copyOfRange(message, from, to));
  }

  /** A frame with any header, sealed with the key. */
  public byte[] frame(FrameHeader header, byte[] payload) {
    byte[] frame = new byte[FrameHeader.OVERHEAD + payload.length];
    header.encode(frame);
    protection
        .seal(header.sender(), header.incarnation(), header.start(), header.receiver())
        .seal(frame, header.counter(), payload, payload.length);
    return frame;
  }

  /** The same node with another incarnation and start. */
  public FrameForge restarted(long newIncarnation, long newStart) {
    return new FrameForge(protection, runId, sender, newIncarnation, newStart, receiver);
  }

  /** Another node. */
  public FrameForge named(String name) {
    return new FrameForge(protection, runId, name, incarnation, start, receiver);
  }
}
