package io.troupe.log.store;

import io.troupe.log.disk.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds the segments of a log on a disk and checks that they follow each other. */
final class SegmentFiles {
  private SegmentFiles() {}

  /** The names of the segments that belong to the log, in order of their first indices. */
  static List<String> names(Disk disk) throws IOException {
    return disk.list().stream().filter(name -> name.endsWith(Segment.SUFFIX)).toList();
  }

  /** Removes files of interrupted creations and segments before a new start of the log. */
  static void clean(Disk disk, LogSettings settings) throws IOException {
    boolean changed = false;
    for (String name : disk.list()) {
      if (name.endsWith(Segment.TEMPORARY)) {
        disk.delete(name);
        changed = true;
      }
    }
    List<String> names = names(disk);
    for (String obsolete : names.subList(0, start(disk, names, settings))) {
      disk.delete(obsolete);
      changed = true;
    }
    if (changed) {
      disk.force();
    }
  }

  /** The position of the newest segment that starts the log; 0 if none does. */
  private static int start(Disk disk, List<String> names, LogSettings settings) throws IOException {
    for (int i = names.size() - 1; i > 0; i--) {
      try (Segment segment = Segment.open(disk, names.get(i), settings.maxRecordBytes())) {
        if (segment.header().start()) {
          return i;
        }
      }
    }
    return 0;
  }

  /**
   * Opens and reads all segments. Only the newest may have bytes after its last whole record.
   *
   * @throws LogDamagedException if a segment is damaged or does not continue the one before
   */
  static List<Segment> open(Disk disk, LogSettings settings) throws IOException {
    List<Segment> segments = new ArrayList<>();
    try {
      for (String name : names(disk)) {
        Segment segment = Segment.open(disk, name, settings.maxRecordBytes());
        segments.add(segment);
        requireRun(segment, settings.runId());
        if (segments.size() > 1) {
          requireContinues(segments.get(segments.size() - 2), segment);
        }
        segment.scan();
      }
      return segments;
    } catch (IOException | RuntimeException e) {
      close(segments);
      throw e;
    }
  }

  private static void requireRun(Segment segment, String runId) throws IOException {
    String found = segment.header().runId();
    if (!found.equals(runId)) {
      throw new IOException(
          "%s must belong to run %s, got run %s".formatted(segment.name(), runId, found));
    }
  }

  /** A segment that is followed by another one is whole. */
  static void requireContinues(Segment before, Segment next) throws IOException {
    if (before.hasMore()) {
      throw before.damaged();
    }
    SegmentHeader header = next.header();
    if (header.firstIndex() != before.nextIndex()
        || header.previousEpoch() != before.lastEpoch()
        || header.previousChecksum() != before.lastChecksum()) {
      throw new LogDamagedException(
          next.name(),
          0,
          "a header that continues record %d of %s"
              .formatted(before.nextIndex() - 1, before.name()),
          "first index %d and another previous record".formatted(header.firstIndex()));
    }
  }

  static void close(List<Segment> segments) throws IOException {
    for (Segment segment : segments) {
      segment.close();
    }
  }
}
