package io.troupe.actors.cluster.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Immutable bytes, in parts so that they may exceed 2 GiB.
 *
 * @param parts in order, from position to limit; nobody changes their content. They are stored and
 *     returned as read-only little-endian views.
 */
public record Payload(List<ByteBuffer> parts) {

  /** Takes read-only views. */
  public Payload {
    parts = views(parts);
  }

  /** A payload of one part. */
  public static Payload of(byte[] bytes) {
    return new Payload(List.of(ByteBuffer.wrap(bytes)));
  }

  /** Views with positions of their own. */
  @Override
  public List<ByteBuffer> parts() {
    return views(parts);
  }

  private static List<ByteBuffer> views(List<ByteBuffer> parts) {
    return parts.stream()
        .map(part -> part.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN))
        .toList();
  }

  /** Size of all parts in bytes. */
  public long sizeBytes() {
    return parts.stream().mapToLong(ByteBuffer::remaining).sum();
  }
}
