package io.troupe.log.store;

import io.troupe.log.disk.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the segments of a log on a disk and checks that they follow each other. */
final class SegmentFiles {
  private SegmentFiles() {}

  /** The names of the segments that belong to the log, in order of their first indices. */
  static List<String> names(Disk disk) throws IOException {
    return disk.list().stream().filter(name -> name.endsWith(Segment.SUFFIX)).toList();
  }

  /** Removes files of interrupted creations and segments of older generations. */
  static void clean(Disk disk, LogSettings settings) throws IOException {
    Map<String, Integer> generations = new LinkedHashMap<>();
    for (String name : disk.list()) {
      if (name.endsWith(Segment.TEMPORARY)) {
        generations.put(name, -1);
      } else if (name.endsWith(Segment.SUFFIX)) {
        generations.put(name, generation(disk, name, settings));
      }
    }
    int newest = generations.values().stream().max(Integer::compare).orElse(-1);
    boolean changed = false;
    for (Map.Entry<String, Integer> file : generations.entrySet()) {
      if (file.getValue() < Math.max(newest, 0)) {
        disk.delete(file.getKey());
        changed = true;
      }
    }
    if (changed) {
      disk.force();
    }
  }

  private static int generation(Disk disk, String name, LogSettings settings) throws IOException {
    try (Segment segment = Segment.open(disk, name, settings.maxRecordBytes())) {
      return segment.header().generation();
    }
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
