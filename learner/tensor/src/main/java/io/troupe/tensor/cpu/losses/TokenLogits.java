package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.Memory;

/**
 * Logits of rows, of either floating type, with a target token for each row.
 *
 * @param logits (rows, vocab)
 * @param targets (rows), INT32
 * @param temperature divides the logits
 */
record TokenLogits(Tensor logits, Tensor targets, double temperature) {
  int rows() {
    return logits.size(0);
  }

  int vocab() {
    return logits.size(1);
  }

  /** The target of a row; negative if the row is skipped. */
  int target(int row) {
    return Memory.getInt(targets.address() + 4L * row);
  }

  long address(int row, int column) {
    return logits.address() + ((long) row * vocab() + column) * logits.dtype().sizeBytes();
  }
}
