package io.troupe.streams.weights;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.AeronException;
import io.troupe.nn.lm.CausalLM;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.IoUtil;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport of weights within one process: Aeron with its media driver embedded, over shared
 * memory. Each receiver has a stream of its own.
 *
 * <p>The files are in a separate directory, in memory if the system has a memory file system, and
 * are removed when the link closes. The directory of a killed process is removed when the next link
 * starts. Thread-safe. The caller must close the link after its senders and receivers; repeated
 * calls have no effect.
 */
public final class WeightLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WeightLink.class);
  private static final String PREFIX = "troupe-weights-";
  private static final String CHANNEL = "aeron:ipc";
  private static final int FRAME_BYTES = 64 << 10;
  private static final int SMALLEST_TERM_BYTES = 16 * FRAME_BYTES;
  private static final int LARGEST_TERM_BYTES = 4 << 20;

  // Driver and client stop together when a process is suspended: that must not part them.
  private static final long LIVENESS_MS = TimeUnit.MINUTES.toMillis(30);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);
  private static final long LONGEST_PARK_NS = TimeUnit.MICROSECONDS.toNanos(500);

  private final MediaDriver driver;
  private final Aeron aeron;

  private WeightLink(MediaDriver driver, Aeron aeron) {
    this.driver = driver;
    this.aeron = aeron;
  }

  /**
   * Starts a link.
   *
   * @param weightBytes size of one version, from which the size of the buffers follows
   * @throws WeightTransportException if there is no space or directory for the buffers
   */
  public static WeightLink launch(long weightBytes) {
    Path parent = parent();
    removeOrphans(parent);
    Path folder = parent.resolve(PREFIX + ProcessHandle.current().pid() + "-" + nextName());
    MediaDriver driver = null;
    try {
      driver = MediaDriver.launch(driverContext(folder, weightBytes));
      return new WeightLink(driver, Aeron.connect(clientContext(folder)));
    } catch (AeronException | IllegalStateException e) {
      CloseHelper.quietClose(driver);
      throw new WeightTransportException(
          "weights cannot travel: Aeron does not start in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static synchronized String nextName() {
    return Long.toString(System.nanoTime(), 36);
  }

  private static Path parent() {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static MediaDriver.Context driverContext(Path folder, long weightBytes) {
    return new MediaDriver.Context()
        .aeronDirectoryName(folder.toString())
        .dirDeleteOnStart(true)
        .dirDeleteOnShutdown(true)
        .warnIfDirectoryExists(false)
        .threadingMode(ThreadingMode.SHARED)
        .sharedIdleStrategy(idle())
        .ipcMtuLength(FRAME_BYTES - 32) // the largest that Aeron allows
        .ipcTermBufferLength(termBytes(weightBytes))
        .termBufferSparseFile(true)
        .clientLivenessTimeoutNs(TimeUnit.MILLISECONDS.toNanos(LIVENESS_MS))
        .publicationUnblockTimeoutNs(TimeUnit.MILLISECONDS.toNanos(2 * LIVENESS_MS))
        .driverTimeoutMs(LIVENESS_MS)
        .errorHandler(logging("media driver"));
  }

  private static Aeron.Context clientContext(Path folder) {
    return new Aeron.Context()
        .aeronDirectoryName(folder.toString())
        .driverTimeoutMs(LIVENESS_MS)
        .errorHandler(logging("client"));
  }

  /** A quarter of the weights, so that a version is some 8 windows, within bounds. */
  private static int termBytes(long weightBytes) {
    long wanted = Math.clamp(weightBytes / 4, SMALLEST_TERM_BYTES, LARGEST_TERM_BYTES);
    return Math.toIntExact(Long.highestOneBit(wanted));
  }

  /** Parks when there is nothing to do: a core is worth more to the kernels. */
  static IdleStrategy idle() {
    return new BackoffIdleStrategy(0, 0, 1_000, LONGEST_PARK_NS);
  }

  private static ErrorHandler logging(String who) {
    return e -> LOG.warn("Aeron {}: {}", who, e.getMessage(), e);
  }

  private static void removeOrphans(Path parent) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        if (isOrphan(folder)) {
          IoUtil.delete(folder.toFile(), true);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("directories of killed runs in {} cannot be removed", parent, e);
    }
  }

  /** Whether a folder of ours has a driver whose process has gone. */
  private static boolean isOrphan(Path folder) throws IOException {
    String pid = folder.getFileName().toString().substring(PREFIX.length()).split("-")[0];
    return Files.getOwner(folder).getName().equals(System.getProperty("user.name"))
        && pid.matches("\\d{1,9}")
        && ProcessHandle.of(Long.parseLong(pid)).isEmpty()
        && !CommonContext.isDriverActive(folder.toFile(), 10_000, _ -> {});
  }

  /** The bytes that one stream takes in the folder of the link. */
  public int streamBytes() {
    return 3 * driver.context().ipcTermBufferLength();
  }

  /** Opens the sending side of a stream. */
  FrameSink sink(int streamId) {
    return FrameSink.of(aeron.addExclusivePublication(CHANNEL, streamId));
  }

  /** Opens the receiving side of a stream, for a model. */
  public WeightReceiver receiver(int streamId, CausalLM model) {
    return new WeightReceiver(aeron.addSubscription(CHANNEL, streamId), model);
  }

  @Override
  public void close() {
    close(CLOSE_LIMIT);
  }

  /**
   * Closes client and driver on a thread of their own, because Aeron waits up to its liveness
   * timeout for a driver that does not answer.
   *
   * @return whether both are closed
   */
  public boolean close(Duration limit) {
    Thread closing =
        Thread.ofPlatform()
            .daemon()
            .name("troupe-weights-close")
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
