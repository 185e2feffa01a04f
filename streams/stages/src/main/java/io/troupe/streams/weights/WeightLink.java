package io.troupe.streams.weights;

import io.aeron.driver.MediaDriver;
import io.troupe.nn.lm.CausalLM;
import io.troupe.streams.driver.AeronConnection;
import io.troupe.streams.driver.DriverException;
import java.time.Duration;

/**
 * The transport of weights within one process: Aeron with its media driver embedded, over shared
 * memory. Each receiver has a stream of its own.
 *
 * <p>Thread-safe. The caller must close the link after its senders and receivers; repeated calls
 * have no effect.
 */
public final class WeightLink implements AutoCloseable {
  private static final String PREFIX = "troupe-weights-";
  private static final String CHANNEL = "aeron:ipc";
  private static final int FRAME_BYTES = 64 << 10;
  private static final int SMALLEST_TERM_BYTES = 16 * FRAME_BYTES;
  private static final int LARGEST_TERM_BYTES = 4 << 20;

  private final AeronConnection connection;
  private final int termBytes;

  private WeightLink(AeronConnection connection, int termBytes) {
    this.connection = connection;
    this.termBytes = termBytes;
  }

  /**
   * Starts a link.
   *
   * @param weightBytes size of one version, from which the size of the buffers follows
   * @throws WeightTransportException if there is no space or directory for the buffers
   */
  public static WeightLink launch(long weightBytes) {
    int termBytes = termBytes(weightBytes);
    try {
      return new WeightLink(
          AeronConnection.embedded(PREFIX, context -> configure(context, termBytes)), termBytes);
    } catch (DriverException e) {
      throw new WeightTransportException("weights cannot travel: " + e.getMessage(), e);
    }
  }

  private static void configure(MediaDriver.Context context, int termBytes) {
    context
        .ipcMtuLength(FRAME_BYTES - 32) // the largest that Aeron allows
        .ipcTermBufferLength(termBytes);
  }

  /** A quarter of the weights, so that a version is some 8 windows, within bounds. */
  private static int termBytes(long weightBytes) {
    long wanted = Math.clamp(weightBytes / 4, SMALLEST_TERM_BYTES, LARGEST_TERM_BYTES);
    return Math.toIntExact(Long.highestOneBit(wanted));
  }

  /** The bytes that one stream takes in the folder of the link. */
  public int streamBytes() {
    return 3 * termBytes;
  }

  /** Opens the sending side of a stream. */
  FrameSink sink(int streamId) {
    return FrameSink.of(connection.aeron().addExclusivePublication(CHANNEL, streamId));
  }

  /** Opens the receiving side of a stream, for a model. */
  public WeightReceiver receiver(int streamId, CausalLM model) {
    return new WeightReceiver(connection.aeron().addSubscription(CHANNEL, streamId), model);
  }

  @Override
  public void close() {
    connection.close();
  }

  /**
   * Closes client and driver.
   *
   * @return whether both are closed within the limit
   */
  public boolean close(Duration limit) {
    return connection.close(limit);
  }
}
