package io.troupe.tensor.cpu.norms;

/**
 * Runs of contiguous elements, such as those of one channel in all images.
 *
 * @param distance bytes from the start of a run to the start of the next
 * @param length elements of each run
 */
record ChannelRuns(int count, long distance, int length) {
  /** One run. */
  static ChannelRuns one(int length) {
    return new ChannelRuns(1, 0, length);
  }
}
