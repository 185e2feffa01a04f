package io.troupe.actors.faults;

import io.troupe.log.disk.Disk;
import io.troupe.log.disk.LogFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk that passes everything on; subclasses plant bugs. */
class DecoratedDisk implements Disk {
  private final Disk disk;

  DecoratedDisk(Disk disk) {
    this.disk = disk;
  }

  /** Makes bytes of a file durable. */
  void force(LogFile file) throws IOException {
    file.force();
  }

  @Override
  public List<String> list() throws IOException {
    return disk.list();
  }

  @Override
  public LogFile create(String name) throws IOException {
    return new DecoratedFile(disk.create(name));
  }

  @Override
  public LogFile open(String name) throws IOException {
    return new DecoratedFile(disk.open(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public void force() throws IOException {
    disk.force();
  }

  @Override
  public Closeable lock(String name) throws IOException {
    return disk.lock(name);
  }

  @Override
  public String name() {
    return disk.name();
  }

  private final class DecoratedFile implements LogFile {
    private final LogFile file;

    DecoratedFile(LogFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      file.append(bytes);
    }

    @Override
    public int read(long position, ByteBuffer into) throws IOException {
      return file.read(position, into);
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void force() throws IOException {
      DecoratedDisk.this.force(file);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
