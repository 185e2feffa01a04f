package io.troupe.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * One directory of files. Names of files change durably only with {@link #force}; the bytes of a
 * file with {@link LogFile#force}. Until then, a crash may lose any part of the changes.
 *
 * <p>Used by one thread, except {@link LogFile#force}.
 */
public interface Disk {

  /** The names of all files, in ascending order. */
  List<String> list() throws IOException;

  /**
   * Creates an empty file.
   *
   * @throws IOException also if it exists
   */
  LogFile create(String name) throws IOException;

  /**
   * Opens a file for reading and appending.
   *
   * @throws java.nio.file.NoSuchFileException if it does not exist
   */
  LogFile open(String name) throws IOException;

  /** Renames a file; a file with the new name is replaced atomically. */
  void rename(String from, String to) throws IOException;

  /**
   * Deletes a file.
   *
   * @throws java.nio.file.NoSuchFileException if it does not exist
   */
  void delete(String name) throws IOException;

  /** Makes all created, renamed and deleted names durable. */
  void force() throws IOException;

  /**
   * Takes an exclusive lock, which also a crash of the process releases.
   *
   * @param name file of the lock, created if it does not exist
   * @return releases the lock
   * @throws IOException if another process, or another owner in this one, has the lock
   */
  Closeable lock(String name) throws IOException;

  /** The directory, for messages. */
  String name();
}
