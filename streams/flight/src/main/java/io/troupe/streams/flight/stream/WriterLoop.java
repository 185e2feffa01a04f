package io.troupe.streams.flight.stream;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes all streams of an endpoint and their connections. One thread serves them
 * all: a forward pass, which produces a token for each of many streams, wakes one thread once, and
 * what it writes needs no other thread. Its tasks never block.
 */
public final class WriterLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriterLoop.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("flight-io", true), NioIoHandler.newFactory());
  private final EventExecutor loop = group.next();

  /** The event loop of the connections, which this object closes. */
  public EventLoopGroup connections() {
    return group;
  }

  /** Runs a task soon. After the loop has been closed, nothing happens. */
  public void execute(Runnable task) {
    try {
      loop.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("the writer has been closed", e);
    }
  }

  /** Runs a task after a time. After the loop has been closed, nothing happens. */
  public void schedule(Runnable task, long delayNs) {
    try {
      loop.schedule(() -> run(task), delayNs, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the writer has been closed", e);
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) { // the other streams go on
      LOG.error("a stream could not be written", e);
    }
  }

  /**
   * Runs the tasks that are due and ends the thread; closing twice is harmless.
   *
   * @throws IllegalStateException if the thread does not end in time
   */
  @Override
  public void close() {
    boolean ended =
        group
            .shutdownGracefully(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
    if (!ended) {
      throw new IllegalStateException(
          "thread flight-io must end within " + CLOSE_TIMEOUT + ", but is still writing");
    }
  }
}
