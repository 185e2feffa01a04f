package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.slab;

import io.troupe.tensor.PackedSequences;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The keys (or values) of one packed segment in the order of their positions, its prefix first.
 *
 * @param perHead for each key head (positions, headDim)
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one segment's loop
record PackedKeys(INDArray[] perHead) {

  /** Copies a segment's rows out of (kvHeads, rows, headDim). */
  static PackedKeys read(INDArray all, PackedSequences layout, int segment) {
    int prefixLength = layout.prefixLength(segment);
    int length = layout.length(segment);
    INDArray[] perHead = new INDArray[(int) all.size(0)];
    for (int h = 0; h < perHead.length; h++) {
      INDArray rows = ofHead(all, h);
      perHead[h] = Nd4j.create(DataType.DOUBLE, prefixLength + length, all.size(2));
      if (prefixLength > 0) {
        slab(perHead[h], 0, prefixLength)
            .assign(slab(rows, layout.start(layout.prefix(segment)), prefixLength));
      }
      if (length > 0) {
        slab(perHead[h], prefixLength, length).assign(slab(rows, layout.start(segment), length));
      }
    }
    return new PackedKeys(perHead);
  }

  /** Zeros in the same shapes. */
  PackedKeys zeros() {
    INDArray[] zeros = new INDArray[perHead.length];
    for (int h = 0; h < zeros.length; h++) {
      zeros[h] = Nd4j.zeros(DataType.DOUBLE, perHead[h].shape());
    }
    return new PackedKeys(zeros);
  }

  /** The first positions of every head; shares the memory. */
  INDArray[] first(int positions) {
    INDArray[] first = new INDArray[perHead.length];
    for (int h = 0; h < first.length; h++) {
      first[h] = slab(perHead[h], 0, positions);
    }
    return first;
  }

  /** Adds these rows to the positions that {@link #read} copied them from. */
  void addTo(INDArray all, PackedSequences layout, int segment) {
    int prefixLength = layout.prefixLength(segment);
    int length = layout.length(segment);
    for (int h = 0; h < perHead.length; h++) {
      INDArray rows = ofHead(all, h);
      if (prefixLength > 0) {
        slab(rows, layout.start(layout.prefix(segment)), prefixLength)
            .addi(slab(perHead[h], 0, prefixLength));
      }
      if (length > 0) {
        slab(rows, layout.start(segment), length).addi(slab(perHead[h], prefixLength, length));
      }
    }
  }

  private static INDArray ofHead(INDArray all, long h) {
    return slab(all, h, 1).reshape(all.size(1), all.size(2));
  }
}
