package io.troupe.tensor.cpu.sampling;

import io.troupe.tensor.cpu.vectors.FloatScan;
import io.troupe.tensor.memory.Memory;

/** Selects the largest of a row in one pass, with a heap of k numbers. */
final class TopK {
  private TopK() {}

  /**
   * Leaves the k largest scores, and those that equal the smallest of them, as candidates in the
   * order of their ids; their weights are the scores.
   *
   * @param address of {@code vocab} floats
   * @param k at least 1, at most {@code vocab}
   * @param heap memory for k numbers
   */
  static void select(long address, int vocab, int k, float[] heap, Candidates candidates) {
    candidates.clear();
    int id = 0;
    for (; id < k; id++) {
      heap[id] = Memory.getFloat(address + 4L * id);
      candidates.add(id, heap[id]);
    }
    for (int i = k / 2 - 1; i >= 0; i--) {
      siftDown(heap, i, k);
    }
    // The threshold only rises: what fails it now fails it at the end.
    for (id = FloatScan.firstAtLeast(address, id, vocab, heap[0]);
        id < vocab;
        id = FloatScan.firstAtLeast(address, id + 1, vocab, heap[0])) {
      float score = Memory.getFloat(address + 4L * id);
      candidates.add(id, score);
      if (score > heap[0]) {
        heap[0] = score;
        siftDown(heap, 0, k);
      }
    }
    candidates.keepAtLeast(heap[0]);
  }

  /**
   * Restores a heap whose smallest number is first, where only number {@code i} is out of place.
   */
  private static void siftDown(float[] heap, int i, int size) {
    float moved = heap[i];
    int at = i;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= moved) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moved;
  }
}
