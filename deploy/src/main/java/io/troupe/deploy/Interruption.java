package io.troupe.deploy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, and the polite kill: interrupts the thread that works, and lets the JVM end only when it
 * has put things in order, or when that takes too long.
 */
final class Interruption implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch inOrder = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "troupe-stop");
  private volatile boolean stopping;

  private Interruption() {}

  /** From now on an interruption reaches the calling thread. */
  static Interruption ofThisThread() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void stop() {
    stopping = true;
    worker.interrupt();
    try {
      inOrder.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody waits for this thread but the JVM's end
    }
  }

  /** The thread has put things in order. */
  @Override
  public void close() {
    inOrder.countDown();
    if (!stopping) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
