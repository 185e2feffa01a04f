package io.troupe.streams.link.receive;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.troupe.streams.driver.AeronConnection;
import io.troupe.streams.link.channel.ChannelSettings;
import io.troupe.streams.link.frame.FrameHeader;
import io.troupe.streams.link.frame.FrameProtection;
import io.troupe.streams.link.frame.Rejection;
import io.troupe.streams.link.message.BulkTransportException;
import io.troupe.streams.link.message.Kind;
import io.troupe.streams.link.message.LinkCounters;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.LinkLimits;
import io.troupe.streams.link.message.Route;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;

/** The thread that receives. The caller must close it; repeated calls have no effect. */
public final class ReceiveLoop implements AutoCloseable {
  private static final int FRAMES_PER_POLL = 16;
  private static final Duration BIND_LIMIT = Duration.ofSeconds(10);
  private static final long TIMEOUT_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Subscription subscription;
  private final FrameReceiver receiver;
  private final LinkCounters counters;
  private final LongSupplier nanoTime;
  private final IdleStrategy idle;
  private final ConcurrentLinkedQueue<Integer> endedSessions;
  private final AtomicLong epochFloor;
  private final byte[] frame = new byte[FrameHeader.MAX_FRAME_LENGTH];
  private final Thread thread;
  private long nowNs;
  private volatile boolean closed;

  private ReceiveLoop(
      Subscription subscription,
      FrameReceiver receiver,
      LinkCounters counters,
      LongSupplier nanoTime,
      IdleStrategy idle,
      ConcurrentLinkedQueue<Integer> endedSessions,
      AtomicLong epochFloor) {
    this.subscription = subscription;
    this.receiver = receiver;
    this.counters = counters;
    this.nanoTime = nanoTime;
    this.idle = idle;
    this.endedSessions = endedSessions;
    this.epochFloor = epochFloor;
    this.thread = Thread.ofPlatform().daemon().name("troupe-link-receive").start(this::run);
  }

  /**
   * Binds the port and starts the thread.
   *
   * @param host host name or address to listen on
   * @param port port to listen on; 0 selects a free one
   * @param idle how the thread waits for frames
   * @throws BulkTransportException if the address cannot be used
   */
  public static ReceiveLoop start(
      Aeron aeron,
      ChannelSettings settings,
      String host,
      int port,
      LinkIdentity self,
      FrameProtection protection,
      LinkLimits limits,
      LinkCounters counters,
      Map<Kind, Route> routes,
      LongSupplier nanoTime,
      IdleStrategy idle) {
    ConcurrentLinkedQueue<Integer> ended = new ConcurrentLinkedQueue<>();
    AtomicLong epochFloor = new AtomicLong();
    FrameReceiver receiver =
        new FrameReceiver(self, protection, limits, counters, routes, epochFloor);
    Subscription subscription = subscribe(aeron, settings, host, port, ended);
    return new ReceiveLoop(subscription, receiver, counters, nanoTime, idle, ended, epochFloor);
  }

  private static Subscription subscribe(
      Aeron aeron,
      ChannelSettings settings,
      String host,
      int port,
      ConcurrentLinkedQueue<Integer> endedSessions) {
    try {
      return aeron.addSubscription(
          settings.subscriptionAt(host, port),
          ChannelSettings.STREAM_ID,
          image -> {},
          (Image image) -> endedSessions.add(image.sessionId()));
    } catch (AeronException e) {
      throw new BulkTransportException(
          "the address of the bulk transport must be free and belong to this machine, got "
              + host
              + ":"
              + port
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /**
   * The bound port.
   *
   * @throws BulkTransportException if it is not bound within the time that this may take
   */
  public int port() {
    IdleStrategy idle = AeronConnection.idle();
    long endNs = System.nanoTime() + BIND_LIMIT.toNanos();
    while (endNs - System.nanoTime() > 0) {
      List<String> addresses = subscription.localSocketAddresses();
      if (!addresses.isEmpty()) {
        String bound = addresses.getFirst();
        return Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1));
      }
      idle.idle();
    }
    throw new BulkTransportException(
        "the bulk transport must listen within %s, got no port of %s"
            .formatted(BIND_LIMIT, subscription.channel()));
  }

  /** Rejects messages of epochs below a floor, which never falls. */
  public void raiseEpoch(long floor) {
    epochFloor.accumulateAndGet(floor, Math::max);
  }

  private void run() {
    long checkedNs = nanoTime.getAsLong();
    try {
      while (!closed) {
        nowNs = nanoTime.getAsLong();
        int frames = subscription.poll(this::onFragment, FRAMES_PER_POLL);
        for (Integer ended = endedSessions.poll(); ended != null; ended = endedSessions.poll()) {
          receiver.sessionEnded(ended);
        }
        if (nowNs - checkedNs >= TIMEOUT_CHECK_NS) {
          receiver.checkTimeouts(nowNs);
          checkedNs = nowNs;
        }
        idle.idle(frames);
      }
    } finally {
      subscription.close();
      receiver.close();
    }
  }

  private void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
    boolean isWhole =
        (header.flags() & FrameDescriptor.UNFRAGMENTED) == FrameDescriptor.UNFRAGMENTED;
    if (!isWhole || length > frame.length) {
      counters.rejected(Rejection.BAD_SIZE);
      return;
    }
    buffer.getBytes(offset, frame, 0, length);
    receiver.accept(frame, length, header.sessionId(), nowNs);
  }

  /** Ends the thread and waits for it; messages that are being received fail. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
