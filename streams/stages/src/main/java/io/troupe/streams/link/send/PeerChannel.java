package io.troupe.streams.link.send;

import io.aeron.Publication;
import io.troupe.streams.link.frame.FrameSeal;
import io.troupe.streams.link.message.BulkTransportException;
import io.troupe.streams.link.message.LinkCounters;
import io.troupe.streams.link.message.LinkLimits;
import io.troupe.streams.link.message.Peer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The messages to one receiver. Frames of up to {@link LinkLimits#maxActiveMessages} messages
 * alternate, so that a small message does not wait for a large one. {@link #advance} never waits.
 *
 * <p>A message fails at its deadline. If the receiver has not taken a frame for some time then, it
 * is cut off: its channel closes, so that it holds no buffers, and its other messages fail too; the
 * next message opens a channel again. Used by the sending thread.
 */
final class PeerChannel {
  private final Peer peer;
  private final FrameWriter writer;
  private final PublicationSource source;
  private final LinkLimits limits;
  private final LinkCounters counters;
  private final FrameSeal seal;
  private final long receiver;
  private final List<Outbound> active = new ArrayList<>();
  private final Deque<Outbound> queued = new ArrayDeque<>();

  private PublicationSource.Opening opening;
  private FramePublication publication;
  private int turn;
  private long lastFrameNs;
  private long lastUseNs;
  private String waitsFor = "its channel is not open";

  PeerChannel(
      Peer peer,
      FrameWriter writer,
      PublicationSource source,
      LinkLimits limits,
      LinkCounters counters,
      long nowNs) {
    this.peer = peer;
    this.writer = writer;
    this.source = source;
    this.limits = limits;
    this.counters = counters;
    this.seal = writer.sealFor(peer);
    this.receiver = FrameWriter.receiver(peer);
    this.lastFrameNs = nowNs;
    this.lastUseNs = nowNs;
  }

  Peer peer() {
    return peer;
  }

  boolean hasMessages() {
    return !active.isEmpty();
  }

  /** Whether the channel has had no message for so long that its buffers can be released. */
  boolean isIdle(long nowNs) {
    return active.isEmpty() && nowNs - lastUseNs >= limits.idleAfter().toNanos();
  }

  /** Adds a message. */
  void add(Outbound message, long nowNs) {
    if (active.isEmpty()) {
      lastFrameNs = nowNs; // the receiver had nothing to take
    }
    if (active.size() < limits.maxActiveMessages()) {
      active.add(message);
    } else if (queued.size() < limits.maxQueuedMessages()) {
      queued.add(message);
    } else {
      fail(message, limits.maxQueuedMessages() + " messages wait for it already", null);
    }
  }

  /**
   * Offers up to {@code maxFrames} frames.
   *
   * @return number of frames that were accepted
   */
  int advance(int maxFrames, long nowNs) {
    int frames = 0;
    try {
      if (hasMessages() && isOpen()) {
        while (frames < maxFrames && hasMessages() && offer()) {
          frames++;
        }
      }
    } catch (RuntimeException e) { // of Aeron: the next message opens a new channel
      disconnect(reason(e), e);
    }
    if (frames > 0) {
      lastFrameNs = nowNs;
    }
    expire(nowNs);
    refill();
    if (hasMessages()) {
      lastUseNs = nowNs;
    }
    return frames;
  }

  private static String reason(RuntimeException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private boolean isOpen() {
    if (publication == null) {
      if (opening == null) {
        opening = source.open(peer);
      }
      Optional<FramePublication> opened = opening.poll();
      if (opened.isPresent()) {
        publication = opened.get();
        opening = null;
      }
    }
    return publication != null;
  }

  /** Offers a frame of the next message; returns whether it was accepted. */
  private boolean offer() {
    turn = turn >= active.size() ? 0 : turn;
    Outbound message = active.get(turn);
    long before = message.offset();
    long result;
    try {
      result = writer.write(message, publication, seal, receiver);
    } catch (RuntimeException e) { // of the payload: other messages continue
      active.remove(turn);
      fail(message, "its content cannot be read: " + reason(e), e);
      return false;
    }
    if (result > 0) {
      counters.frameSent((int) (message.offset() - before));
      ended(message);
      return true;
    }
    explain(result);
    return false;
  }

  private void ended(Outbound message) {
    if (message.isDone()) {
      active.remove(turn);
      counters.messageSent();
      message.sent().complete(message.result());
    } else {
      turn++;
    }
  }

  private void explain(long result) {
    if (result == Publication.BACK_PRESSURED) {
      waitsFor = "it does not keep up (back pressure)";
    } else if (result == Publication.ADMIN_ACTION) {
      waitsFor = "Aeron rotates its log";
    } else if (result == Publication.NOT_CONNECTED) {
      waitsFor = "it is not listening";
    } else if (result == Publication.CLOSED) {
      disconnect("its channel is closed", null);
    } else if (result == Publication.MAX_POSITION_EXCEEDED) {
      disconnect("its channel is at its last position", null);
    } else {
      disconnect("Aeron answered " + result, null);
    }
  }

  private void expire(long nowNs) {
    boolean isLate = failLate(active, nowNs);
    isLate |= failLate(queued, nowNs);
    if (isLate && nowNs - lastFrameNs >= limits.stalledAfter().toNanos()) {
      counters.peerCutOff();
      disconnect("it was cut off: " + waitsFor, null);
    }
  }

  private boolean failLate(Iterable<Outbound> messages, long nowNs) {
    boolean any = false;
    for (var all = messages.iterator(); all.hasNext(); ) {
      Outbound message = all.next();
      if (message.isLate(nowNs)) {
        all.remove();
        fail(
            message,
            "%d of %d bytes were sent within %s, %s"
                .formatted(message.offset(), message.totalLength(), message.limit(), waitsFor),
            null);
        any = true;
      }
    }
    return any;
  }

  private void refill() {
    while (active.size() < limits.maxActiveMessages() && !queued.isEmpty()) {
      active.add(queued.remove());
    }
  }

  /** Closes the channel and fails all messages. */
  void disconnect(String reason, Throwable cause) {
    close();
    List<Outbound> messages = new ArrayList<>(active);
    messages.addAll(queued);
    active.clear();
    queued.clear();
    messages.forEach(message -> fail(message, reason, cause));
  }

  private void fail(Outbound message, String reason, Throwable cause) {
    counters.messageFailed();
    message
        .sent()
        .completeExceptionally(
            new BulkTransportException(
                "message of kind %s did not reach %s: %s"
                    .formatted(message.message().kind(), peer, reason),
                cause));
  }

  private void close() {
    if (opening != null) {
      opening.cancel();
      opening = null;
    }
    if (publication != null) {
      publication.close();
      publication = null;
    }
    waitsFor = "its channel is not open";
  }
}
