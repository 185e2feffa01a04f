package io.troupe.streams.link.send;

import io.troupe.streams.link.message.Message;
import io.troupe.streams.link.message.Peer;
import io.troupe.streams.link.message.Preamble;
import io.troupe.streams.link.message.Sent;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A message on its way to one receiver. Used by the sending thread, except for the future. */
final class Outbound {
  private final Peer peer;
  private final Message message;
  private final long id;
  private final byte[] preamble;
  private final long totalLength;
  private final Duration limit;
  private final long deadlineNs;
  private final CompletableFuture<Sent> sent = new CompletableFuture<>();
  private long offset;

  /**
   * A message.
   *
   * @param sender name of this node
   * @param nowNs current time
   * @param limit time until its deadline
   */
  Outbound(Peer peer, Message message, long id, String sender, long nowNs, Duration limit) {
    this.peer = peer;
    this.message = message;
    this.id = id;
    this.preamble = Preamble.encode(sender, message.attributes());
    this.totalLength = Math.addExact(preamble.length, message.body().sizeBytes());
    this.limit = limit;
    this.deadlineNs = nowNs + limit.toNanos();
  }

  Peer peer() {
    return peer;
  }

  Message message() {
    return message;
  }

  long id() {
    return id;
  }

  int preambleLength() {
    return preamble.length;
  }

  long totalLength() {
    return totalLength;
  }

  long offset() {
    return offset;
  }

  Duration limit() {
    return limit;
  }

  CompletableFuture<Sent> sent() {
    return sent;
  }

  boolean isLate(long nowNs) {
    return nowNs - deadlineNs >= 0;
  }

  boolean isDone() {
    return offset == totalLength;
  }

  /** Size of the next payload. */
  int nextLength(int maxPayloadLength) {
    return (int) Math.min(maxPayloadLength, totalLength - offset);
  }

  /** Copies the next payload to the start of an array. */
  void read(byte[] payload, int length) {
    int fromPreamble = 0;
    if (offset == 0) {
      System.arraycopy(preamble, 0, payload, 0, preamble.length);
      fromPreamble = preamble.length;
    }
    if (length > fromPreamble) {
      MemorySegment target =
          MemorySegment.ofArray(payload).asSlice(fromPreamble, length - fromPreamble);
      message.body().read(offset + fromPreamble - preamble.length, target);
    }
  }

  void advance(int length) {
    offset += length;
  }

  Sent result() {
    return new Sent(peer, message.kind(), id, message.body().sizeBytes());
  }
}
