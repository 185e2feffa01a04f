package io.troupe.streams.link.receive;

import io.troupe.streams.link.frame.FrameHeader;
import io.troupe.streams.link.frame.FrameProtection;
import io.troupe.streams.link.frame.FrameSeal;
import io.troupe.streams.link.frame.RejectedFrameException;
import io.troupe.streams.link.frame.Rejection;
import io.troupe.streams.link.message.Acceptance;
import io.troupe.streams.link.message.Destination;
import io.troupe.streams.link.message.Kind;
import io.troupe.streams.link.message.LinkCounters;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.LinkLimits;
import io.troupe.streams.link.message.MessageHeader;
import io.troupe.streams.link.message.Preamble;
import io.troupe.streams.link.message.Route;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks frames and passes the messages in them to their handlers. A frame is rejected, counted and
 * has no effect unless it is authentic, new, for this start of this node and of an epoch that is
 * not too old; nothing is kept for a sender before its first authentic frame. Used by one thread.
 */
final class FrameReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(FrameReceiver.class);

  private final LinkIdentity self;
  private final long receiverHash;
  private final FrameProtection protection;
  private final LinkLimits limits;
  private final LinkCounters counters;
  private final AtomicLong epochFloor;
  private final Map<Integer, Kind> kinds = new HashMap<>();
  private final Map<Kind, Route> routes;
  private final Assembly.Budget budget;
  private final Map<Long, KnownSender> senders = new HashMap<>();
  private final byte[] payload = new byte[FrameHeader.MAX_FRAME_LENGTH];

  FrameReceiver(
      LinkIdentity self,
      FrameProtection protection,
      LinkLimits limits,
      LinkCounters counters,
      Map<Kind, Route> routes,
      AtomicLong epochFloor) {
    this.self = self;
    this.receiverHash = self.receiverHash();
    this.protection = protection;
    this.limits = limits;
    this.counters = counters;
    this.epochFloor = epochFloor;
    this.routes = Map.copyOf(routes);
    this.budget = new Assembly.Budget(limits.maxAssemblyBytes());
    for (Kind kind : routes.keySet()) {
      if (kinds.put(kind.code(), kind) != null) {
        throw new IllegalArgumentException(
            "kinds of messages must have distinct codes, got " + kind.code() + " twice");
      }
    }
  }

  /** Memory of the messages that are being assembled. */
  long assemblyBytes() {
    return budget.usedBytes();
  }

  /**
   * Processes a frame.
   *
   * @param frame an array that begins with the frame
   * @param session the connection that it arrived on
   */
  void accept(byte[] frame, int length, int session, long nowNs) {
    try {
      FrameHeader header = FrameHeader.decode(frame, length);
      process(header, frame, session, nowNs);
      counters.frameReceived(header.payloadLength());
    } catch (RejectedFrameException e) {
      counters.rejected(e.reason());
    }
  }

  private static void require(boolean holds, Rejection otherwise) throws RejectedFrameException {
    if (!holds) {
      throw new RejectedFrameException(otherwise);
    }
  }

  private void process(FrameHeader header, byte[] frame, int session, long nowNs)
      throws RejectedFrameException {
    require(header.runId() == self.runId(), Rejection.OTHER_RUN);
    require(header.receiver() == receiverHash, Rejection.OTHER_RECEIVER);
    Kind kind = kinds.get(header.kind());
    require(kind != null, Rejection.UNKNOWN_KIND);

    KnownSender known = senders.get(header.sender());
    boolean isKnown = known != null && known.isStartOf(header);
    FrameSeal seal = isKnown ? known.seal() : sealOf(header);
    seal.open(frame, header.counter(), payload, header.payloadLength());

    KnownSender sender = isKnown ? known : admit(header, known, seal, session);
    require(sender.advance(header.counter()), Rejection.REPLAYED);
    if (sender.session() != session) {
      failAll(sender, "its sender connected again");
      sender.movedTo(session);
    }
    if (header.epoch() < epochFloor.get()) {
      fail(sender, header.messageId(), "its epoch is too old");
      throw new RejectedFrameException(Rejection.OLD_EPOCH);
    }
    Inbound message =
        header.offset() == 0 ? begin(sender, kind, header, nowNs) : next(sender, header);
    deliver(sender, message, header, nowNs);
  }

  private FrameSeal sealOf(FrameHeader header) {
    return protection.seal(
        header.sender(), header.incarnation(), header.start(), header.receiver());
  }

  /** Registers a start of a sender, whose first frame is authentic. */
  private KnownSender admit(FrameHeader header, KnownSender before, FrameSeal seal, int session)
      throws RejectedFrameException {
    if (before == null) {
      require(senders.size() < limits.maxSenders(), Rejection.TOO_MANY);
    } else {
      require(header.incarnation() > before.incarnation(), Rejection.OLD_INCARNATION);
      failAll(before, "its sender was restarted");
    }
    KnownSender sender = new KnownSender(header, seal, session);
    senders.put(header.sender(), sender);
    return sender;
  }

  private Inbound begin(KnownSender sender, Kind kind, FrameHeader header, long nowNs)
      throws RejectedFrameException {
    Preamble preamble = Preamble.decode(payload, header.preambleLength(), header.sender());
    long bodyBytes = header.totalLength() - header.preambleLength();
    Route route = routes.get(kind);
    require(bodyBytes <= route.maxBodyBytes(), Rejection.TOO_LARGE);
    if (sender.open().containsKey(header.messageId())) {
      fail(sender, header.messageId(), "it began twice");
      throw new RejectedFrameException(Rejection.GAP);
    }
    if (sender.open().size() >= limits.maxOpenMessages()) {
      failOldest(sender);
    }
    MessageHeader start =
        new MessageHeader(
            kind,
            preamble.sender(),
            header.incarnation(),
            header.epoch(),
            header.messageId(),
            preamble.attributes(),
            bodyBytes);
    Inbound message = open(route, start, header, nowNs);
    sender.open().put(header.messageId(), message);
    return message;
  }

  private Inbound open(Route route, MessageHeader start, FrameHeader header, long nowNs)
      throws RejectedFrameException {
    switch (route) {
      case Route.Assembled assembled -> {
        require(budget.hasRoomFor(start.bodyBytes()), Rejection.TOO_LARGE);
        return Inbound.accepted(header, new Assembly(start, assembled.handler(), budget), nowNs);
      }
      case Route.Streamed streamed -> {
        return switch (acceptance(streamed, start)) {
          case Acceptance.Into(Destination destination) ->
              Inbound.accepted(header, destination, nowNs);
          case Acceptance.Refused(String reason) -> {
            LOG.debug(
                "refused a message of kind {} of {}: {}", start.kind(), start.sender(), reason);
            yield Inbound.refused(header, nowNs);
          }
        };
      }
    }
  }

  private static Acceptance acceptance(Route.Streamed streamed, MessageHeader start)
      throws RejectedFrameException {
    try {
      return streamed.acceptor().apply(start);
    } catch (RuntimeException e) {
      LOG.warn(
          "the handler of messages of kind {} failed at one of {}",
          start.kind(),
          start.sender(),
          e);
      throw new RejectedFrameException(Rejection.HANDLER_FAILED);
    }
  }

  private Inbound next(KnownSender sender, FrameHeader header) throws RejectedFrameException {
    Inbound message = sender.open().get(header.messageId());
    require(message != null, Rejection.NO_MESSAGE);
    if (!message.isNext(header)) {
      fail(sender, header.messageId(), "a frame is missing");
      throw new RejectedFrameException(Rejection.GAP);
    }
    return message;
  }

  private void deliver(KnownSender sender, Inbound message, FrameHeader header, long nowNs)
      throws RejectedFrameException {
    try {
      message.write(header, payload, nowNs);
      if (message.isDone()) {
        sender.open().remove(header.messageId());
        message.complete();
        if (!message.isRefused()) {
          counters.messageReceived();
        }
      }
    } catch (RuntimeException e) {
      LOG.warn("the handler of messages of kind {} failed", kinds.get(header.kind()), e);
      fail(sender, header.messageId(), "its handler failed");
      throw new RejectedFrameException(Rejection.HANDLER_FAILED);
    }
    require(!message.isRefused(), Rejection.REFUSED);
  }

  /** Fails messages that have not continued for too long. */
  void checkTimeouts(long nowNs) {
    long limitNs = limits.receiveTimeout().toNanos();
    for (KnownSender sender : senders.values()) {
      for (Iterator<Inbound> all = sender.open().values().iterator(); all.hasNext(); ) {
        Inbound message = all.next();
        if (nowNs - message.lastFrameNs() >= limitNs) {
          all.remove();
          incomplete(message, "no frame arrived for " + limits.receiveTimeout());
        }
      }
    }
  }

  /** Fails the messages of a connection that has ended. */
  void sessionEnded(int session) {
    for (KnownSender sender : senders.values()) {
      if (sender.session() == session) {
        failAll(sender, "its sender has gone");
      }
    }
  }

  /** Fails all messages. */
  void close() {
    senders.values().forEach(sender -> failAll(sender, "the link was closed"));
  }

  private void fail(KnownSender sender, long messageId, String reason) {
    Inbound message = sender.open().remove(messageId);
    if (message != null) {
      incomplete(message, reason);
    }
  }

  private void failAll(KnownSender sender, String reason) {
    sender.open().values().forEach(message -> incomplete(message, reason));
    sender.open().clear();
  }

  private void failOldest(KnownSender sender) {
    sender.open().entrySet().stream()
        .min((a, b) -> Long.compare(a.getValue().lastFrameNs(), b.getValue().lastFrameNs()))
        .ifPresent(
            oldest ->
                fail(sender, oldest.getKey(), "its sender has begun too many other messages"));
  }

  private void incomplete(Inbound message, String reason) {
    if (message.isRefused()) {
      return;
    }
    counters.rejected(Rejection.INCOMPLETE);
    try {
      message.failed(reason);
    } catch (RuntimeException e) {
      LOG.warn("the handler of an incomplete message failed", e);
    }
  }
}
