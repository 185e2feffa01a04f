package io.troupe.streams.driver;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.AeronException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Aeron client and its media driver, which is embedded in this process or runs as a process of
 * its own.
 *
 * <p>The directory of an embedded driver is removed when the connection closes. The directory of a
 * killed process is removed when the next driver with the same prefix starts. Thread-safe. The
 * caller must close the connection after everything that uses it; repeated calls have no effect.
 */
public final class AeronConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AeronConnection.class);

  // Driver and client stop together when a process is suspended: that must not part them.
  private static final long LIVENESS_MS = TimeUnit.MINUTES.toMillis(30);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);
  private static final long LONGEST_PARK_NS = TimeUnit.MICROSECONDS.toNanos(500);

  private final Aeron aeron;
  private final AutoCloseable driver;

  private AeronConnection(Aeron aeron, AutoCloseable driver) {
    this.aeron = aeron;
    this.driver = driver;
  }

  /**
   * Starts a driver in this process and connects to it.
   *
   * @param prefix start of the directory's name, which names the purpose and ends with a dash
   * @param settings sets buffers and sizes of the driver
   * @throws DriverException if there is no space or directory for the buffers, or a setting does
   *     not fit this system
   */
  public static AeronConnection embedded(String prefix, Consumer<MediaDriver.Context> settings) {
    Path folder = DriverFolders.next(prefix);
    MediaDriver driver = null;
    try {
      MediaDriver.Context context = driverContext(folder);
      settings.accept(context);
      driver = MediaDriver.launch(context);
      Aeron.Context client = clientContext(folder).driverTimeoutMs(LIVENESS_MS);
      return new AeronConnection(Aeron.connect(client), driver);
    } catch (AeronException | IllegalStateException e) {
      CloseHelper.quietClose(driver);
      throw new DriverException("Aeron does not start in " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Starts a driver in this process that waits for packets instead of polling, and connects to it.
   *
   * @param wait of this driver; closed with it
   * @throws DriverException as for {@link #embedded}
   */
  public static AeronConnection waiting(
      String prefix, DriverWait wait, Consumer<MediaDriver.Context> settings) {
    try {
      AeronConnection polling = embedded(prefix, settings.andThen(wait::configure));
      return new AeronConnection(
          polling.aeron,
          () -> {
            polling.driver.close();
            wait.close();
          });
    } catch (DriverException e) {
      wait.close();
      throw e;
    }
  }

  /**
   * Connects to the driver of another process, whose settings apply.
   *
   * @param folder the driver's directory
   * @throws DriverException if no driver is running there
   */
  public static AeronConnection external(Path folder) {
    try {
      return new AeronConnection(Aeron.connect(clientContext(folder)), () -> {});
    } catch (AeronException | IllegalStateException e) {
      throw new DriverException(
          "the directory of an Aeron media driver must have a running driver, got "
              + folder
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static MediaDriver.Context driverContext(Path folder) {
    return new MediaDriver.Context()
        .aeronDirectoryName(folder.toString())
        .dirDeleteOnStart(true)
        .dirDeleteOnShutdown(true)
        .warnIfDirectoryExists(false)
        .threadingMode(ThreadingMode.SHARED)
        .sharedIdleStrategy(idle())
        .termBufferSparseFile(true)
        .clientLivenessTimeoutNs(TimeUnit.MILLISECONDS.toNanos(LIVENESS_MS))
        .publicationUnblockTimeoutNs(TimeUnit.MILLISECONDS.toNanos(2 * LIVENESS_MS))
        .driverTimeoutMs(LIVENESS_MS)
        .errorHandler(logging("media driver"));
  }

  private static Aeron.Context clientContext(Path folder) {
    return new Aeron.Context()
        .aeronDirectoryName(folder.toString())
        .errorHandler(logging("client"));
  }

  private static ErrorHandler logging(String who) {
    return e -> LOG.warn("Aeron {}: {}", who, e.getMessage(), e);
  }

  /** Parks when there is nothing to do, so that kernels get the core. */
  public static IdleStrategy idle() {
    return new BackoffIdleStrategy(0, 0, 1_000, LONGEST_PARK_NS);
  }

  /** The client. */
  public Aeron aeron() {
    return aeron;
  }

  @Override
  public void close() {
    close(CLOSE_LIMIT);
  }

  /**
   * Closes client and driver on a separate thread, because Aeron waits up to its liveness timeout
   * for a driver that does not answer.
   *
   * @return whether both are closed
   */
  public boolean close(Duration limit) {
    Thread closing =
        Thread.ofPlatform()
            .daemon()
            .name("troupe-aeron-close")
            .start(() -> CloseHelper.quietCloseAll(aeron, driver));
    long endNs = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    while (closing.isAlive() && endNs - System.nanoTime() > 0) {
      try {
        closing.join(Duration.ofNanos(endNs - System.nanoTime()));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (closing.isAlive()) {
      LOG.warn("Aeron has not closed within {}", limit);
    }
    return !closing.isAlive();
  }
}
