package io.troupe.actors.cluster.bulk;

import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.streams.link.message.Destination;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Collects the body of a message. Memory is taken as the bytes arrive. While a large body arrives,
 * its receiver is told so several times.
 */
final class ReceivedBody implements Destination {
  private static final int PART_BYTES = 16 << 20;

  /** Samples and scores are small and many; weights and gradients would fill the heap. */
  private static final int HEAP_BYTES = 1 << 20;

  private static final long PROGRESS_NS = Duration.ofMillis(250).toNanos();

  private final long sizeBytes;
  private final Runnable arriving;
  private final Consumer<Payload> completed;
  private final List<ByteBuffer> parts = new ArrayList<>();
  private long position;
  private long toldNs;

  ReceivedBody(long sizeBytes, Runnable arriving, Consumer<Payload> completed) {
    this.sizeBytes = sizeBytes;
    this.arriving = arriving;
    this.completed = completed;
  }

  @Override
  public void write(long offset, MemorySegment part) {
    long from = 0;
    while (from < part.byteSize()) {
      ByteBuffer target = target();
      int length = (int) Math.min(target.remaining(), part.byteSize() - from);
      target.put(part.asSlice(from, length).asByteBuffer());
      from += length;
      position += length;
    }
    if (sizeBytes > HEAP_BYTES) {
      tellProgress(System.nanoTime());
    }
  }

  private void tellProgress(long nowNs) {
    if (toldNs == 0 || nowNs - toldNs >= PROGRESS_NS) {
      toldNs = nowNs;
      arriving.run();
    }
  }

  private ByteBuffer target() {
    if (parts.isEmpty() || !parts.getLast().hasRemaining()) {
      int length = (int) Math.min(PART_BYTES, sizeBytes - position);
      parts.add(
          sizeBytes <= HEAP_BYTES
              ? ByteBuffer.allocate(length)
              : ByteBuffer.allocateDirect(length));
    }
    return parts.getLast();
  }

  @Override
  public void complete() {
    parts.forEach(ByteBuffer::flip);
    completed.accept(new Payload(parts));
  }

  @Override
  public void failed(String reason) {
    parts.clear();
  }
}
