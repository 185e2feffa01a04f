package io.troupe.actors.cluster.inputs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * An input file that arrives in chunks, in order. It has its name only once it is complete and its
 * checksum agrees. Not thread-safe; the caller closes it, which removes an incomplete file.
 */
public final class IncomingFile implements AutoCloseable {
  private final InputFile file;
  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final MessageDigest digest = InputFiles.sha256();
  private long position;
  private boolean complete;

  /**
   * An empty file.
   *
   * @param folder in which it is created
   * @throws IOException if it cannot be written
   */
  public IncomingFile(InputFile file, Path folder) throws IOException {
    this.file = file;
    Files.createDirectories(folder);
    this.target = folder.resolve(file.name());
    this.temporary = folder.resolve("." + file.name() + ".part");
    this.channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  /** The position of the next chunk. */
  public long position() {
    return position;
  }

  /** Whether every byte has arrived. */
  public boolean isComplete() {
    return position == file.bytes();
  }

  /**
   * Appends a chunk. A chunk of another position is ignored: it was asked for twice.
   *
   * @throws IOException if it does not fit, or cannot be written
   */
  public void append(long offset, byte[] chunk) throws IOException {
    if (offset != position) {
      return;
    }
    if (chunk.length == 0 || chunk.length > file.bytes() - position) {
      throw new IOException(
          "a chunk of %s at %d must have 1 to %d bytes, got %d"
              .formatted(file.name(), offset, file.bytes() - position, chunk.length));
    }
    ByteBuffer buffer = ByteBuffer.wrap(chunk);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    digest.update(chunk);
    position += chunk.length;
  }

  /**
   * Checks the content and gives the file its name.
   *
   * @throws IOException if the content is not that of the list
   */
  public void finish() throws IOException {
    String sha256 = HexFormat.of().formatHex(digest.digest());
    if (!isComplete() || !sha256.equals(file.sha256())) {
      throw new IOException(
          "%s must have %d bytes with SHA-256 %s, got %d with %s"
              .formatted(file.name(), file.bytes(), file.sha256(), position, sha256));
    }
    channel.force(true);
    channel.close();
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    complete = true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!complete) {
      Files.deleteIfExists(temporary);
    }
  }
}
