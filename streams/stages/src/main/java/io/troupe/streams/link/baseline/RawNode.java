package io.troupe.streams.link.baseline;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.troupe.streams.driver.AeronConnection;
import io.troupe.streams.link.channel.ChannelSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A node that sends and receives bodies of one size as they are, on a thread for each direction,
 * with a driver of its own. The caller must close it.
 */
public final class RawNode implements AutoCloseable {
  private static final String PREFIX = "troupe-raw-";

  private final ChannelSettings channels;
  private final AeronConnection connection;
  private final Subscription subscription;
  private final ByteBuffer target;
  private final Runnable complete;
  private final ExecutorService sending =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("troupe-raw-send").factory());
  private final List<Stream> streams = new ArrayList<>();
  private final Thread receiving;
  private int received;
  private volatile UnsafeBuffer current; // the body that is being sent
  private volatile boolean closed;

  /** A body on its way to one receiver. */
  private static final class Stream {
    final ExclusivePublication publication;
    int offset;

    Stream(ExclusivePublication publication) {
      this.publication = publication;
    }
  }

  private RawNode(
      ChannelSettings channels,
      AeronConnection connection,
      String host,
      MemorySegment target,
      Runnable complete) {
    this.channels = channels;
    this.connection = connection;
    this.target = target.asByteBuffer();
    this.complete = complete;
    this.subscription =
        connection
            .aeron()
            .addSubscription(channels.subscriptionAt(host, 0), ChannelSettings.STREAM_ID);
    this.receiving = Thread.ofPlatform().daemon().name("troupe-raw-receive").start(this::receive);
  }

  /**
   * Starts a node.
   *
   * @param target every received body is written to it
   * @param complete runs on the receiving thread after each body; a node that blocks there is a
   *     stopped receiver
   */
  public static RawNode open(String host, MemorySegment target, Runnable complete)
      throws IOException {
    ChannelSettings channels = ChannelSettings.ofSystem();
    AeronConnection connection = AeronConnection.embedded(PREFIX, channels::configure);
    return new RawNode(channels, connection, host, target, complete);
  }

  /** The bound port. */
  public int port() {
    while (subscription.localSocketAddresses().isEmpty()) {
      Thread.onSpinWait();
    }
    String bound = subscription.localSocketAddresses().getFirst();
    return Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1));
  }

  /** Opens a channel to another node. */
  public void connect(String host, int port) throws IOException {
    streams.add(
        new Stream(
            connection
                .aeron()
                .addExclusivePublication(
                    channels.publicationTo(InetAddress.getByName(host), port),
                    ChannelSettings.STREAM_ID)));
  }

  /** Sends a body to all connected nodes, until {@link #stopSending}. */
  public void send(MemorySegment body) {
    UnsafeBuffer buffer = new UnsafeBuffer(body.asByteBuffer());
    current = buffer;
    sending.execute(() -> send(buffer));
  }

  private void send(UnsafeBuffer body) {
    IdleStrategy idle = AeronConnection.idle();
    for (Stream stream : streams) {
      stream.offset = 0;
    }
    while (current == body && !closed) {
      int frames = 0;
      for (Stream stream : streams) {
        for (int i = 0; i < 16 && offer(stream, body); i++) {
          frames++;
        }
      }
      idle.idle(frames);
    }
  }

  private static boolean offer(Stream stream, DirectBuffer body) {
    int length = Math.min(stream.publication.maxPayloadLength(), body.capacity() - stream.offset);
    if (length == 0 || stream.publication.offer(body, stream.offset, length) <= 0) {
      return false;
    }
    stream.offset += length;
    return true;
  }

  /** Ends the sending of a body. */
  public void stopSending() {
    current = null;
  }

  private void receive() {
    IdleStrategy idle = AeronConnection.idle();
    while (!closed) {
      idle.idle(subscription.poll((buffer, offset, length, _) -> take(buffer, offset, length), 16));
    }
  }

  private void take(DirectBuffer buffer, int offset, int length) {
    buffer.getBytes(offset, target, received, length);
    received += length;
    if (received == target.capacity()) {
      received = 0;
      complete.run();
    }
  }

  @Override
  public void close() {
    closed = true;
    receiving.interrupt();
    sending.shutdownNow();
    connection.close();
  }
}
