package io.troupe.log.disk;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory. A {@linkplain #crash crash} keeps what was forced, and of the rest as much as a
 * random generator decides: names in order, and bytes with holes.
 */
public final class MemoryDisk implements Disk {
  private static final int SECTOR = 64;

  private TreeMap<String, Content> names = new TreeMap<>();
  private TreeMap<String, Content> durable = new TreeMap<>();
  private final List<Runnable> changes = new ArrayList<>(); // of names, since the last force
  private long capacity = Long.MAX_VALUE;
  private boolean failing;
  private boolean locked;

  private static final class Content {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private byte[] forced = {};

    void set(byte[] newBytes, int length) {
      bytes.reset();
      bytes.write(newBytes, 0, length);
    }
  }

  /** Limits the sum of all bytes that can be written from now on. */
  public void limit(long bytes) {
    capacity = bytes;
  }

  /** Has every force fail. */
  public void failForces(boolean fail) {
    failing = fail;
  }

  /** Loses what was not forced, or part of it; the lock is released. */
  public void crash(Random random) {
    int kept = random.nextInt(changes.size() + 1);
    TreeMap<String, Content> all = names;
    names = durable;
    changes.subList(0, kept).forEach(Runnable::run);
    durable = new TreeMap<>(names);
    all.values().forEach(content -> tear(content, random));
    names.values().forEach(content -> content.forced = content.bytes.toByteArray());
    changes.clear();
    locked = false;
  }

  private static void tear(Content content, Random random) {
    byte[] now = content.bytes.toByteArray();
    byte[] forced = content.forced;
    if (now.length < forced.length) { // cut, but not forced
      if (random.nextBoolean()) {
        content.set(forced, forced.length);
      }
      return;
    }
    int length = forced.length + random.nextInt(now.length - forced.length + 1);
    byte[] left = Arrays.copyOf(now, length);
    for (int at = forced.length; at < length; at += SECTOR) {
      if (random.nextInt(4) == 0) {
        Arrays.fill(left, at, Math.min(length, at + SECTOR), (byte) 0);
      }
    }
    content.set(left, length);
  }

  /** Inverts a bit of a file, durably. */
  public void damage(String name, long offset) {
    Content content = names.get(name);
    byte[] bytes = content.bytes.toByteArray();
    bytes[(int) offset] ^= 0x10;
    content.set(bytes, bytes.length);
    content.forced = bytes;
  }

  /** Cuts a file, durably. */
  public void cut(String name, long size) {
    Content content = names.get(name);
    byte[] bytes = content.bytes.toByteArray();
    content.set(bytes, (int) size);
    content.forced = Arrays.copyOf(bytes, (int) size);
  }

  /** Size of a file in bytes. */
  public long size(String name) {
    return names.get(name).bytes.size();
  }

  @Override
  public List<String> list() {
    return List.copyOf(names.keySet());
  }

  @Override
  public LogFile create(String name) throws IOException {
    if (names.containsKey(name)) {
      throw new IOException(name + " exists");
    }
    Content content = new Content();
    change(() -> names.put(name, content));
    return new OpenFile(content);
  }

  private void change(Runnable change) {
    change.run();
    changes.add(change);
  }

  @Override
  public LogFile open(String name) throws IOException {
    return new OpenFile(require(name));
  }

  private Content require(String name) throws IOException {
    Content content = names.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return content;
  }

  @Override
  public void rename(String from, String to) throws IOException {
    require(from);
    change(() -> names.put(to, names.remove(from)));
  }

  @Override
  public void delete(String name) throws IOException {
    require(name);
    change(() -> names.remove(name));
  }

  @Override
  public void force() throws IOException {
    requireForce();
    durable = new TreeMap<>(names);
    changes.clear();
  }

  private void requireForce() throws IOException {
    if (failing) {
      throw new IOException("input/output error");
    }
  }

  @Override
  public Closeable lock(String name) throws IOException {
    if (locked) {
      throw new IOException("the disk must be used by one process, got a second one");
    }
    locked = true;
    return () -> locked = false;
  }

  @Override
  public String name() {
    return "memory";
  }

  private final class OpenFile implements LogFile {
    private final Content content;

    OpenFile(Content content) {
      this.content = content;
    }

    @Override
    public long size() {
      return content.bytes.size();
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      byte[] added = new byte[(int) Math.min(bytes.remaining(), capacity)];
      bytes.get(added);
      content.bytes.writeBytes(added);
      capacity -= added.length;
      if (bytes.hasRemaining()) {
        throw new IOException("no space left on device");
      }
    }

    @Override
    public int read(long position, ByteBuffer into) {
      byte[] bytes = content.bytes.toByteArray();
      int count = (int) Math.max(0, Math.min(into.remaining(), bytes.length - position));
      into.put(bytes, (int) Math.min(position, bytes.length), count);
      return count;
    }

    @Override
    public void truncate(long size) {
      content.set(content.bytes.toByteArray(), (int) size);
    }

    @Override
    public void force() throws IOException {
      requireForce();
      content.forced = content.bytes.toByteArray();
    }

    @Override
    public void close() {}
  }
}
