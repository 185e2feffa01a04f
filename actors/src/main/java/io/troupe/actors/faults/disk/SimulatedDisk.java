package io.troupe.actors.faults.disk;

import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.log.disk.Disk;
import io.troupe.log.disk.LogFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The disk of one process. Its operations take virtual time of the process. */
final class SimulatedDisk implements Disk {
  private final SimulatedStorage storage;
  private final SimulatedProcess process;
  private final Set<String> locks = new HashSet<>();

  SimulatedDisk(SimulatedStorage storage, SimulatedProcess process) {
    this.storage = storage;
    this.process = process;
  }

  @Override
  public List<String> list() {
    check();
    return List.copyOf(storage.files.keySet());
  }

  @Override
  public LogFile create(String name) throws IOException {
    check();
    if (storage.files.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    requireSpace();
    storage.changeNames();
    StoredFile file = new StoredFile();
    storage.files.put(name, file);
    return new OpenFile(file);
  }

  @Override
  public LogFile open(String name) throws IOException {
    return new OpenFile(file(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    StoredFile file = file(from);
    storage.changeNames();
    storage.files.remove(from);
    storage.files.put(to, file);
  }

  @Override
  public void delete(String name) throws IOException {
    file(name);
    storage.changeNames();
    storage.files.remove(name);
  }

  @Override
  public void force() {
    process.block(storage.durationNs());
    operate();
    storage.forceNames();
  }

  @Override
  public Closeable lock(String name) throws IOException {
    check();
    if (!locks.add(name)) {
      throw new IOException(storage.node + " must be used by one owner, got a second one");
    }
    return () -> locks.remove(name);
  }

  @Override
  public String name() {
    return storage.node;
  }

  private StoredFile file(String name) throws NoSuchFileException {
    check();
    StoredFile file = storage.files.get(name);
    if (file == null) {
      throw new NoSuchFileException(name);
    }
    return file;
  }

  private void check() {
    if (storage.mounted != this || !process.isAlive()) {
      throw new PowerLossException(storage.node);
    }
  }

  private void operate() {
    check();
    if (storage.crashesNow()) {
      losePower();
    }
  }

  private void losePower() {
    storage.mounted = null;
    throw new PowerLossException(storage.node);
  }

  private void requireSpace() throws IOException {
    if (storage.isFull()) {
      storage.witnesses.saw(FaultKind.FULL_DISK);
      throw new IOException("no space left on the disk of " + storage.node);
    }
  }

  private final class OpenFile implements LogFile {
    private final StoredFile file;

    OpenFile(StoredFile file) {
      this.file = file;
    }

    @Override
    public long size() {
      check();
      return file.size();
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      check();
      process.block(storage.durationNs());
      if (storage.isFull()) {
        file.append(bytes, storage.dice.between(0, Math.max(0, bytes.remaining() - 1)));
        requireSpace();
      }
      file.append(bytes, bytes.remaining());
      if (storage.crashesNow()) {
        losePower();
      }
    }

    @Override
    public int read(long position, ByteBuffer into) {
      check();
      return file.read(position, into);
    }

    @Override
    public void truncate(long size) {
      check();
      file.truncate((int) size);
    }

    @Override
    public void force() {
      operate();
      file.force();
    }

    @Override
    public void close() {
      // nothing is buffered
    }
  }
}
