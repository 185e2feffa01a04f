package io.troupe.streams.link.receive;

import io.troupe.streams.link.frame.FrameHeader;
import io.troupe.streams.link.frame.FrameSeal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One start of a sender that has sent an authentic frame: the last counter, which rejects replays,
 * and the messages that it is sending.
 */
final class KnownSender {
  private final long incarnation;
  private final long start;
  private final FrameSeal seal;
  private final Map<Long, Inbound> open = new LinkedHashMap<>();
  private long lastCounter = -1;
  private int session;

  KnownSender(FrameHeader header, FrameSeal seal, int session) {
    this.incarnation = header.incarnation();
    this.start = header.start();
    this.seal = seal;
    this.session = session;
  }

  /** Whether a frame claims to be of this start. */
  boolean isStartOf(FrameHeader header) {
    return header.incarnation() == incarnation && header.start() == start;
  }

  long incarnation() {
    return incarnation;
  }

  FrameSeal seal() {
    return seal;
  }

  /** The messages that are being received by id. */
  Map<Long, Inbound> open() {
    return open;
  }

  int session() {
    return session;
  }

  /** Whether the counter of a frame is new; if so, it is the last one from now on. */
  boolean advance(long counter) {
    if (counter <= lastCounter) {
      return false;
    }
    lastCounter = counter;
    return true;
  }

  void movedTo(int newSession) {
    session = newSession;
  }
}
