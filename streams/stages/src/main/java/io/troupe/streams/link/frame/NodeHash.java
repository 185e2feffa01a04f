package io.troupe.streams.link.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hashes that stand for nodes in the headers of frames: the first 8 bytes of SHA-256. */
public final class NodeHash {
  private NodeHash() {}

  /** The hash of a name. */
  public static long ofName(String name) {
    return hash(name.getBytes(StandardCharsets.UTF_8));
  }

  /** The hash of a name and an incarnation. */
  public static long ofIncarnation(String name, long incarnation) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return hash(
        ByteBuffer.allocate(bytes.length + 1 + Long.BYTES)
            .put(bytes)
            .put((byte) 0)
            .putLong(incarnation)
            .array());
  }

  private static long hash(byte[] bytes) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the Java runtime must provide SHA-256", e);
    }
  }
}
