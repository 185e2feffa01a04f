package io.troupe.streams.link.message;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Segments one after the other. */
final class SegmentPayload implements Payload {
  private final List<MemorySegment> segments;
  private final long[] starts;
  private final long sizeBytes;

  SegmentPayload(List<MemorySegment> segments) {
    this.segments = List.copyOf(segments);
    this.starts = new long[segments.size()];
    long size = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = size;
      size = Math.addExact(size, segments.get(i).byteSize());
    }
    this.sizeBytes = size;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void read(long offset, MemorySegment target) {
    long done = 0;
    for (int i = indexOf(offset); done < target.byteSize(); i++) {
      long skip = offset + done - starts[i];
      long count = Math.min(segments.get(i).byteSize() - skip, target.byteSize() - done);
      MemorySegment.copy(segments.get(i), skip, target, done, count);
      done += count;
    }
  }

  private int indexOf(long offset) {
    int low = 0;
    int high = starts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
