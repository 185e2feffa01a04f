package io.troupe.streams.link;

import io.troupe.streams.link.frame.FrameProtection;
import io.troupe.streams.link.frame.RunKey;
import io.troupe.streams.link.message.Acceptance;
import io.troupe.streams.link.message.Destination;
import io.troupe.streams.link.message.Kind;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.LinkLimits;
import io.troupe.streams.link.message.Message;
import io.troupe.streams.link.message.MessageHeader;
import io.troupe.streams.link.message.Payload;
import io.troupe.streams.link.message.ReceivedMessage;
import io.troupe.streams.link.message.Route;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Links on this machine, and messages with known content. */
final class TestLinks {
  static final long RUN = 42;
  static final Kind SMALL = new Kind(1, "small");
  static final Kind LARGE = new Kind(2, "large");
  static final FrameProtection KEY = RunKey.of(new byte[RunKey.LENGTH]);
  static final long LARGEST = 200L << 20;

  private TestLinks() {}

  static LinkSettings settings(String name, long incarnation, LongSupplier nanoTime) {
    return new LinkSettings(
        new LinkIdentity(RUN, name, incarnation),
        KEY,
        "127.0.0.1",
        0,
        Optional.empty(),
        LinkLimits.defaults(),
        nanoTime);
  }

  static BulkLink sender(String name, LongSupplier nanoTime) {
    return BulkLink.open(settings(name, 1, nanoTime), Map.of());
  }

  /** A receiver that collects what arrives. */
  static final class Inbox implements AutoCloseable {
    final BlockingQueue<ReceivedMessage> small = new LinkedBlockingQueue<>();
    final BlockingQueue<Body> large = new LinkedBlockingQueue<>();
    final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    final BulkLink link;

    Inbox(LinkSettings settings) {
      this.link = BulkLink.open(settings, routes());
    }

    static Inbox open(String name, long incarnation) {
      return new Inbox(settings(name, incarnation, System::nanoTime));
    }

    Map<Kind, Route> routes() {
      return Map.of(
          SMALL,
          new Route.Assembled(1 << 20, small::add),
          LARGE,
          new Route.Streamed(LARGEST, header -> new Acceptance.Into(new Body(header, this))));
    }

    @Override
    public void close() {
      link.close();
    }
  }

  /** A large body. */
  static final class Body implements Destination {
    final MessageHeader header;
    final byte[] bytes;
    private final Inbox inbox;
    private long next;

    Body(MessageHeader header, Inbox inbox) {
      this.header = header;
      this.bytes = new byte[Math.toIntExact(header.bodyBytes())];
      this.inbox = inbox;
    }

    @Override
    public void write(long offset, MemorySegment part) {
      if (offset != next) {
        throw new IllegalStateException("expected offset " + next + ", got " + offset);
      }
      next += part.byteSize();
      MemorySegment.copy(part, 0, MemorySegment.ofArray(bytes), offset, part.byteSize());
    }

    @Override
    public void complete() {
      inbox.large.add(this);
    }

    @Override
    public void failed(String reason) {
      inbox.failures.add(reason);
    }
  }

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static Message message(Kind kind, byte[] attributes, byte[]... parts) {
    return new Message(
        kind,
        0,
        attributes,
        Payload.of(List.of(parts).stream().map(MemorySegment::ofArray).toList()));
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within 30 s: " + what);
      }
      Thread.onSpinWait();
    }
  }
}
