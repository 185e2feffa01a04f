package io.troupe.actors.faults.disk;

import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.time.Dice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bytes of a file, and the changes that a power failure may undo. */
final class StoredFile {
  private static final int FIRST_CAPACITY = 256;
  private static final double ZEROS = 0.5;

  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int size;
  private final List<Change> unsynced = new ArrayList<>();

  private sealed interface Change {
    record Appended(int from, int to) implements Change {}

    /** The bytes that were cut off. */
    @SuppressWarnings("ArrayRecordComponent") // never changed
    record Cut(int to, byte[] removed) implements Change {}
  }

  int size() {
    return size;
  }

  void append(ByteBuffer source, int length) {
    int end = size + length;
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
    }
    source.get(bytes, size, length);
    unsynced.add(new Change.Appended(size, end));
    size = end;
  }

  int read(long position, ByteBuffer into) {
    int length = (int) Math.max(0, Math.min(size - position, into.remaining()));
    if (length > 0) {
      into.put(bytes, (int) position, length);
    }
    return length;
  }

  void truncate(int newSize) {
    if (newSize < size) {
      unsynced.add(new Change.Cut(newSize, Arrays.copyOfRange(bytes, newSize, size)));
      size = newSize;
    }
  }

  void force() {
    unsynced.clear();
  }

  /** Keeps some of the first unsynced changes, and a part of the next one if it is a write. */
  void losePower(Dice dice, Witnesses witnesses) {
    int numKept = dice.between(0, unsynced.size());
    while (unsynced.size() > numKept) {
      switch (unsynced.removeLast()) {
        case Change.Appended(int from, int to) -> {
          witnesses.saw(FaultKind.LOST_TAIL);
          size = unsynced.size() == numKept ? tear(from, to, dice, witnesses) : from;
        }
        case Change.Cut(int to, byte[] removed) -> {
          System.arraycopy(removed, 0, bytes, to, removed.length);
          size = to + removed.length;
        }
      }
    }
    unsynced.clear();
  }

  /** Keeps a part of a write, and possibly its length with zeros in place of the rest. */
  private int tear(int from, int to, Dice dice, Witnesses witnesses) {
    int kept = dice.between(from, to);
    if (kept == from || kept == to) {
      return kept;
    }
    witnesses.saw(FaultKind.TORN_WRITE);
    if (dice.chance(ZEROS)) {
      Arrays.fill(bytes, kept, to, (byte) 0);
      return to;
    }
    return kept;
  }
}
