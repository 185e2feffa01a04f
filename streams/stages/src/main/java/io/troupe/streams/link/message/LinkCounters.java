package io.troupe.streams.link.message;

import io.troupe.streams.link.frame.Rejection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a link has sent, received and rejected since its start. Thread-safe. */
public final class LinkCounters {
  private final LongAdder framesSent = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder messagesSent = new LongAdder();
  private final LongAdder messagesFailed = new LongAdder();
  private final LongAdder peersCutOff = new LongAdder();
  private final LongAdder framesReceived = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();
  private final LongAdder messagesReceived = new LongAdder();
  private final Map<Rejection, LongAdder> rejections = new EnumMap<>(Rejection.class);

  /** Counters at 0. */
  public LinkCounters() {
    for (Rejection reason : Rejection.values()) {
      rejections.put(reason, new LongAdder());
    }
  }

  /** Counts a frame that Aeron accepted. */
  public void frameSent(int payloadBytes) {
    framesSent.increment();
    bytesSent.add(payloadBytes);
  }

  /** Counts a message whose last frame Aeron accepted. */
  public void messageSent() {
    messagesSent.increment();
  }

  /** Counts a message that could not be sent. */
  public void messageFailed() {
    messagesFailed.increment();
  }

  /** Counts a receiver that was cut off because it did not keep up. */
  public void peerCutOff() {
    peersCutOff.increment();
  }

  /** Counts an authentic frame of a message that is being received. */
  public void frameReceived(int payloadBytes) {
    framesReceived.increment();
    bytesReceived.add(payloadBytes);
  }

  /** Counts a complete message. */
  public void messageReceived() {
    messagesReceived.increment();
  }

  /** Counts a frame or message without effect. */
  public void rejected(Rejection reason) {
    rejections.get(reason).increment();
  }

  /** Number of frames and messages rejected for any reason. */
  public long rejected() {
    return rejections.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Number of frames and messages rejected for a reason. */
  public long rejectedFor(Rejection reason) {
    return rejections.get(reason).sum();
  }

  /** Number of complete messages. */
  public long numMessagesReceived() {
    return messagesReceived.sum();
  }

  /** Number of receivers that were cut off. */
  public long numPeersCutOff() {
    return peersCutOff.sum();
  }

  /** All values by name, for metrics. */
  public Map<String, Long> toMap() {
    Map<String, Long> map = new LinkedHashMap<>();
    map.put("frames_sent", framesSent.sum());
    map.put("bytes_sent", bytesSent.sum());
    map.put("messages_sent", messagesSent.sum());
    map.put("messages_failed", messagesFailed.sum());
    map.put("peers_cut_off", peersCutOff.sum());
    map.put("frames_received", framesReceived.sum());
    map.put("bytes_received", bytesReceived.sum());
    map.put("messages_received", messagesReceived.sum());
    rejections.forEach((reason, count) -> map.put("rejected_" + reason.key(), count.sum()));
    return map;
  }
}
