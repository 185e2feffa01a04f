package io.troupe.streams.driver;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.status.AtomicCounter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the thread of an embedded driver wait for packets instead of polling for them, and a
 * receiving thread for the driver. A process without traffic then leaves the cores to others: two
 * thousand polls per second and thread take a twentieth of a core.
 *
 * <p>A thread that has written to a publication, or has read from an image, must call {@link
 * #wake}.
 */
public final class DriverWait implements IdleStrategy {
  private static final Logger LOG = LoggerFactory.getLogger(DriverWait.class);

  /** Time after the last packet in which timers of the driver, as for lost packets, are short. */
  private static final long ACTIVE_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long ACTIVE_WAIT_MS = 1;
  private static final long QUIET_WAIT_MS = 10;

  /** Polls before the thread waits. */
  private static final int POLLS = 4;

  private static final long LONGEST_PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);

  private final Selector sockets;
  private final IdleStrategy backoff = newBackoff();
  private int idlePolls;
  private long activeNs = System.nanoTime();
  private volatile boolean waits;
  private volatile Thread receiver; // null unless it waits

  /** A wait for the sockets of one driver; closed with its connection. */
  public DriverWait() {
    try {
      sockets = Selector.open();
    } catch (IOException e) {
      throw new DriverException("sockets cannot be waited for: " + e.getMessage(), e);
    }
  }

  private static IdleStrategy newBackoff() {
    return new BackoffIdleStrategy(0, 0, 1_000, LONGEST_PARK_NS);
  }

  /** Makes a driver wait here. */
  void configure(MediaDriver.Context context) {
    context
        .sharedIdleStrategy(this)
        .asyncExecutorEnabled(false) // its thread polls, too; addresses are numbers
        .receiveChannelEndpointSupplier(Receiving::new)
        .sendChannelEndpointSupplier(Sending::new);
  }

  private final class Receiving extends ReceiveChannelEndpoint {
    Receiving(
        UdpChannel channel,
        DataPacketDispatcher dispatcher,
        AtomicCounter status,
        MediaDriver.Context context) {
      super(channel, dispatcher, status, context);
    }

    @Override
    public void openDatagramChannel(AtomicCounter status) {
      super.openDatagramChannel(status);
      watch(receiveDatagramChannel);
    }
  }

  private final class Sending extends SendChannelEndpoint {
    Sending(UdpChannel channel, AtomicCounter status, MediaDriver.Context context) {
      super(channel, status, context);
    }

    @Override
    public void openDatagramChannel(AtomicCounter status) {
      super.openDatagramChannel(status);
      watch(receiveDatagramChannel);
    }
  }

  /** Adds a socket, whose reader is the driver's thread. */
  private void watch(SelectableChannel channel) {
    try {
      channel.register(sockets, SelectionKey.OP_READ);
    } catch (IOException e) {
      LOG.warn("a socket of the bulk transport is polled every {} ms", QUIET_WAIT_MS, e);
    }
  }

  // ---- the driver's thread -------------------------------------------------------------------

  @Override
  public void idle(int workCount) {
    if (workCount > 0) {
      reset();
      activeNs = System.nanoTime();
      LockSupport.unpark(receiver);
    } else {
      idle();
    }
  }

  @Override
  public void idle() {
    if (idlePolls < POLLS) {
      idlePolls++;
      backoff.idle();
    } else if (!waits) {
      waits = true; // the driver looks once more: it has work that came before this was seen
    } else {
      await(); // and again, until there is work
    }
  }

  private void await() {
    boolean isActive = System.nanoTime() - activeNs < ACTIVE_NS;
    long limitMs = isActive ? ACTIVE_WAIT_MS : QUIET_WAIT_MS;
    try {
      sockets.select(_ -> {}, limitMs);
    } catch (IOException e) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ACTIVE_WAIT_MS));
    }
  }

  @Override
  public void reset() {
    waits = false;
    idlePolls = 0;
    backoff.reset();
  }

  // ---- its clients ---------------------------------------------------------------------------

  /** There is work for the driver. Thread-safe. */
  public void wake() {
    if (waits) {
      sockets.wakeup();
    }
  }

  /** The wait of the thread that receives from the driver, one for each driver. */
  public IdleStrategy receiving() {
    return new ReceiverWait();
  }

  private final class ReceiverWait implements IdleStrategy {
    private final IdleStrategy polls = newBackoff();
    private int idlePolls;

    @Override
    public void idle(int workCount) {
      if (workCount > 0) {
        reset();
        wake(); // the driver tells the sender how far it may go
      } else {
        idle();
      }
    }

    @Override
    public void idle() {
      if (idlePolls < POLLS) {
        idlePolls++;
        polls.idle();
      } else if (receiver == null) {
        receiver = Thread.currentThread(); // looks once more, as above
      } else {
        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(QUIET_WAIT_MS));
      }
    }

    @Override
    public void reset() {
      receiver = null;
      idlePolls = 0;
      polls.reset();
    }
  }

  /** Ends the use of the sockets, after that of the driver. */
  void close() {
    try {
      sockets.close();
    } catch (IOException e) {
      LOG.debug("the sockets of a driver cannot be released", e);
    }
  }
}
