package io.troupe.streams.link.send;

import io.aeron.Aeron;
import io.troupe.streams.driver.AeronConnection;
import io.troupe.streams.link.channel.ChannelSettings;
import io.troupe.streams.link.frame.FrameProtection;
import io.troupe.streams.link.message.BulkTransportException;
import io.troupe.streams.link.message.LinkCounters;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.LinkLimits;
import io.troupe.streams.link.message.Message;
import io.troupe.streams.link.message.Peer;
import io.troupe.streams.link.message.Sent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * The thread that sends. Receivers take turns of a few frames each, so that none waits for another.
 * Thread-safe. The caller must close it; repeated calls have no effect.
 */
public final class SendLoop implements AutoCloseable {
  /** A turn of about 1 MB: long enough that the cache holds what is sent. */
  private static final int FRAMES_PER_TURN = 16;

  private static final long HOUSEKEEPING_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private final LinkIdentity self;
  private final FrameWriter writer;
  private final PublicationSource source;
  private final LinkLimits limits;
  private final LinkCounters counters;
  private final LongSupplier nanoTime;
  private final Runnable wakeDriver;
  private final AtomicLong messageIds = new AtomicLong();
  private final Map<String, PeerChannel> channels = new LinkedHashMap<>(); // sending thread only

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Outbound> submitted =
      new ArrayDeque<>(); // guarded by lock, as are the others
  private final List<String> forgotten = new ArrayList<>();
  private boolean closed;
  private final Thread thread;

  /**
   * Starts the thread.
   *
   * @param wakeDriver tells the driver that there are frames, or requests for a channel
   */
  public static SendLoop start(
      Aeron aeron,
      ChannelSettings settings,
      LinkIdentity self,
      FrameProtection protection,
      LinkLimits limits,
      LinkCounters counters,
      LongSupplier nanoTime,
      Runnable wakeDriver) {
    return new SendLoop(
        new AeronPublications(aeron, settings),
        self,
        protection,
        limits,
        counters,
        nanoTime,
        wakeDriver);
  }

  SendLoop(
      PublicationSource source,
      LinkIdentity self,
      FrameProtection protection,
      LinkLimits limits,
      LinkCounters counters,
      LongSupplier nanoTime,
      Runnable wakeDriver) {
    this.self = self;
    this.writer = new FrameWriter(self, protection);
    this.source = source;
    this.limits = limits;
    this.counters = counters;
    this.nanoTime = nanoTime;
    this.wakeDriver = wakeDriver;
    this.thread = Thread.ofPlatform().daemon().name("troupe-link-send").start(this::run);
  }

  /**
   * Sends a message.
   *
   * @param deadline time in which Aeron must accept all of its frames
   * @return the end, on the sending thread; or {@link BulkTransportException}
   */
  public CompletionStage<Sent> send(Peer peer, Message message, Duration deadline) {
    Outbound outbound =
        new Outbound(
            peer,
            message,
            messageIds.incrementAndGet(),
            self.name(),
            nanoTime.getAsLong(),
            deadline);
    lock.lock();
    try {
      if (closed) {
        fail(outbound, "the link is closed");
      } else if (submitted.size() >= limits.maxQueuedMessages()) {
        fail(outbound, submitted.size() + " messages wait for the sending thread already");
      } else {
        submitted.add(outbound);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
    return outbound.sent();
  }

  /** Closes the channel to a node that has left; its messages fail. */
  public void forget(String name) {
    lock.lock();
    try {
      if (!closed) {
        forgotten.add(name);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void fail(Outbound message, String reason) {
    counters.messageFailed();
    message
        .sent()
        .completeExceptionally(
            new BulkTransportException(
                "message of kind %s did not reach %s: %s"
                    .formatted(message.message().kind(), message.peer(), reason)));
  }

  private void run() {
    IdleStrategy idle = AeronConnection.idle();
    try {
      boolean hasMessages = false;
      while (takeSubmitted(hasMessages)) {
        int frames = 0;
        hasMessages = false;
        long nowNs = nanoTime.getAsLong();
        for (PeerChannel channel : channels.values()) {
          frames += channel.advance(FRAMES_PER_TURN, nowNs);
          hasMessages |= channel.hasMessages();
        }
        if (frames > 0 || hasMessages) {
          wakeDriver.run();
        }
        if (hasMessages) {
          idle.idle(frames);
        }
        releaseIdle(nowNs);
      }
    } finally {
      takeUnsent().forEach(message -> fail(message, "the link was closed"));
      channels.values().forEach(channel -> channel.disconnect("the link was closed", null));
    }
  }

  private List<Outbound> takeUnsent() {
    lock.lock();
    try {
      closed = true;
      List<Outbound> unsent = List.copyOf(submitted);
      submitted.clear();
      return unsent;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for work, for a limited time; returns false after the link is closed. */
  private boolean takeSubmitted(boolean hasMessages) {
    List<Outbound> taken;
    List<String> gone;
    lock.lock();
    try {
      if (!hasMessages && !closed && submitted.isEmpty() && forgotten.isEmpty()) {
        awaitChange();
      }
      if (closed) {
        return false;
      }
      taken = List.copyOf(submitted);
      submitted.clear();
      gone = List.copyOf(forgotten);
      forgotten.clear();
    } finally {
      lock.unlock();
    }
    gone.forEach(this::remove);
    taken.forEach(this::begin);
    return true;
  }

  @SuppressWarnings("WaitNotInLoop") // the loop is that of the thread, which also does housekeeping
  private void awaitChange() {
    try {
      changed.awaitNanos(HOUSEKEEPING_NS);
    } catch (InterruptedException e) {
      closed = true; // nobody else interrupts this thread
    }
  }

  private void remove(String name) {
    PeerChannel channel = channels.remove(name);
    if (channel != null) {
      channel.disconnect("it has left", null);
    }
  }

  private void begin(Outbound message) {
    Peer peer = message.peer();
    PeerChannel channel = channels.get(peer.name());
    if (channel != null && channel.peer().incarnation() > peer.incarnation()) {
      fail(message, "it has been restarted since");
      return;
    }
    if (channel != null && !channel.peer().equals(peer)) {
      channel.disconnect("it has been restarted", null);
      channel = null;
    }
    long nowNs = nanoTime.getAsLong();
    if (channel == null) {
      channel = new PeerChannel(peer, writer, source, limits, counters, nowNs);
      channels.put(peer.name(), channel);
    }
    channel.add(message, nowNs);
  }

  private void releaseIdle(long nowNs) {
    channels
        .values()
        .removeIf(
            channel -> {
              boolean isIdle = channel.isIdle(nowNs);
              if (isIdle) {
                channel.disconnect("it is idle", null);
              }
              return isIdle;
            });
  }

  /** Ends the thread and waits for it; unsent messages fail. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
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
