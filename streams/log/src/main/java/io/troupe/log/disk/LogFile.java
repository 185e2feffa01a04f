package io.troupe.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that grows at its end. */
public interface LogFile extends Closeable {

  /** Size in bytes. */
  long size() throws IOException;

  /**
   * Writes all remaining bytes at the end of the file. They are durable only after {@link #force}.
   *
   * @throws IOException if they cannot be written, such as on a full disk; part of them may be
   */
  void append(ByteBuffer bytes) throws IOException;

  /**
   * Reads until the buffer is full or the file ends.
   *
   * @return number of bytes read, 0 at the end of the file
   */
  int read(long position, ByteBuffer into) throws IOException;

  /** Cuts the file; durable only after {@link #force}. */
  void truncate(long size) throws IOException;

  /** Makes all bytes durable. May be called by another thread than the other methods. */
  void force() throws IOException;
}
