package io.troupe.tensor.cpu.aggregation;

import io.troupe.tensor.Csr;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Values of the entries of sparse rows, (entries, heads), a vector of heads at a time. */
final class EdgeLoops {
  private EdgeLoops() {}

  private static long at(int[] positions, int e, int heads) {
    return 4L * heads * (positions == null ? e : positions[e]);
  }

  static void scores(
      long out,
      Csr csr,
      long ofRows,
      long ofColumns,
      int heads,
      float negativeSlope,
      int from,
      int to) {
    int[] offsets = csr.offsets();
    int[] columns = csr.columns();
    int[] positions = csr.positions();
    for (int r = from; r < to; r++) {
      for (int h = 0; h < heads; h += Lanes.COUNT) {
        VectorMask<Float> lanes = Lanes.first(Math.min(Lanes.COUNT, heads - h));
        FloatVector ofRow = Lanes.load(ofRows + 4L * ((long) r * heads + h), lanes);
        for (int e = offsets[r]; e < offsets[r + 1]; e++) {
          long column = ofColumns + 4L * ((long) columns[e] * heads + h);
          FloatVector sum = ofRow.add(Lanes.load(column, lanes));
          VectorMask<Float> below = sum.compare(VectorOperators.LT, 0f);
          Lanes.store(sum.mul(negativeSlope, below), out + at(positions, e, heads) + 4L * h, lanes);
        }
      }
    }
  }

  /** Sums over each row the gradients of its entries before the leaky ReLU. */
  static void sumScoreGrads(
      long sums, Csr csr, long dOut, long out, int heads, float negativeSlope, int from, int to) {
    int[] offsets = csr.offsets();
    int[] positions = csr.positions();
    for (int r = from; r < to; r++) {
      for (int h = 0; h < heads; h += Lanes.COUNT) {
        VectorMask<Float> lanes = Lanes.first(Math.min(Lanes.COUNT, heads - h));
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        for (int e = offsets[r]; e < offsets[r + 1]; e++) {
          long at = at(positions, e, heads) + 4L * h;
          FloatVector d = Lanes.load(dOut + at, lanes);
          VectorMask<Float> above = Lanes.load(out + at, lanes).compare(VectorOperators.GT, 0f);
          sum = sum.add(d.mul(negativeSlope, above.not()));
        }
        Lanes.store(sum, sums + 4L * ((long) r * heads + h), lanes);
      }
    }
  }

  static void softmax(long out, Csr csr, long scores, int heads, int from, int to) {
    int[] offsets = csr.offsets();
    int[] positions = csr.positions();
    for (int r = from; r < to; r++) {
      for (int h = 0; h < heads; h += Lanes.COUNT) {
        softmaxRow(
            out + 4L * h,
            scores + 4L * h,
            positions,
            offsets[r],
            offsets[r + 1],
            heads,
            Math.min(Lanes.COUNT, heads - h));
      }
    }
  }

  private static void softmaxRow(
      long out, long scores, int[] positions, int first, int end, int heads, int count) {
    VectorMask<Float> lanes = Lanes.first(count);
    FloatVector largest = Lanes.all(Float.NEGATIVE_INFINITY);
    for (int e = first; e < end; e++) {
      largest = largest.max(Lanes.load(scores + at(positions, e, heads), lanes));
    }
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    for (int e = first; e < end; e++) {
      long at = at(positions, e, heads);
      FloatVector power = VectorMath.exp(Lanes.load(scores + at, lanes).sub(largest));
      Lanes.store(power, out + at, lanes);
      sum = sum.add(power);
    }
    for (int e = first; e < end; e++) {
      long at = out + at(positions, e, heads);
      Lanes.store(Lanes.load(at, lanes).div(sum), at, lanes);
    }
  }

  static void softmaxGrad(long dScores, Csr csr, long dOut, long out, int heads, int from, int to) {
    int[] offsets = csr.offsets();
    int[] positions = csr.positions();
    for (int r = from; r < to; r++) {
      for (int h = 0; h < heads; h += Lanes.COUNT) {
        VectorMask<Float> lanes = Lanes.first(Math.min(Lanes.COUNT, heads - h));
        FloatVector dot = FloatVector.zero(Lanes.SPECIES);
        for (int e = offsets[r]; e < offsets[r + 1]; e++) {
          long at = at(positions, e, heads) + 4L * h;
          dot = Lanes.load(dOut + at, lanes).fma(Lanes.load(out + at, lanes), dot);
        }
        for (int e = offsets[r]; e < offsets[r + 1]; e++) {
          long at = at(positions, e, heads) + 4L * h;
          FloatVector d = Lanes.load(dOut + at, lanes).sub(dot);
          Lanes.store(d.mul(Lanes.load(out + at, lanes)), dScores + at, lanes);
        }
      }
    }
  }
}
