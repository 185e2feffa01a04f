package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Changes FLOAT32 scores between the product and the softmax: applies the soft cap, and hides keys
 * before the sliding window.
 *
 * <p>Both act on single elements, so that scores have the same bits in any layout. Hidden scores
 * are finite: a chunk in which a query attends to no key then has a finite state, which the merge
 * with the next chunk multiplies by an exact 0. It makes no difference to the bits whether such a
 * chunk is computed or skipped.
 *
 * @param scores soft cap and window
 */
record ScoreTransform(AttentionScores scores) {
  private static final float HIDDEN = -1e30f;
  private static final long WIDTH = 4L * Lanes.COUNT;

  boolean isCapped() {
    return scores.softCap().isPresent();
  }

  /** The start of the first chunk that has a key for a query at {@code position}. */
  int firstChunkStart(int position) {
    return scores.firstVisible(position) / SoftmaxState.CHUNK * SoftmaxState.CHUNK;
  }

  /**
   * Transforms the scores of one query.
   *
   * @param row address of the scores of the keys from position {@code first} on
   * @param keys number of keys
   * @param position of the query
   */
  void ofQuery(long row, int first, int keys, int position) {
    if (isCapped()) {
      FloatVector cap = Lanes.all((float) scores.softCap().getAsDouble());
      int whole = Lanes.whole(keys);
      for (int key = 0; key < whole; key += Lanes.COUNT) {
        Lanes.store(capped(Lanes.load(row + 4L * key), cap), row + 4L * key);
      }
      if (whole < keys) {
        VectorMask<Float> rest = Lanes.first(keys - whole);
        long at = row + 4L * whole;
        Lanes.store(capped(Lanes.load(at, rest), cap), at, rest);
      }
    }
    int hidden = Math.min(keys, scores.firstVisible(position) - first);
    for (int key = 0; key < hidden; key++) {
      Memory.setFloat(row + 4L * key, HIDDEN);
    }
  }

  /**
   * Transforms the scores of one vector of queries.
   *
   * @param column address of the scores of the first key
   * @param rowBytes bytes from one key to the next
   * @param first position of the first key
   * @param keys number of keys
   * @param limits positions of the queries, as floats
   */
  void ofColumns(long column, long rowBytes, int first, int keys, long limits) {
    capColumns(column, rowBytes, keys);
    hideColumns(column, rowBytes, first, keys, limits);
  }

  private void capColumns(long column, long rowBytes, int keys) {
    if (!isCapped()) {
      return;
    }
    FloatVector cap = Lanes.all((float) scores.softCap().getAsDouble());
    for (int key = 0; key < keys; key++) {
      long at = column + key * rowBytes;
      Lanes.store(capped(Lanes.load(at), cap), at);
    }
  }

  private void hideColumns(long column, long rowBytes, int first, int keys, long limits) {
    if (scores.window().isEmpty()) {
      return;
    }
    int lastPosition = (int) Memory.getFloat(limits + WIDTH - 4);
    int hidden = Math.min(keys, scores.firstVisible(lastPosition) - first);
    FloatVector firstVisible = Lanes.load(limits).sub(scores.window().getAsInt() - 1f);
    FloatVector value = Lanes.all(HIDDEN);
    for (int key = 0; key < hidden; key++) {
      long at = column + key * rowBytes;
      VectorMask<Float> isBefore = firstVisible.compare(VectorOperators.GT, first + key);
      Lanes.store(Lanes.load(at).blend(value, isBefore), at);
    }
  }

  /**
   * As {@link #ofColumns}, and writes the derivatives of the soft cap.
   *
   * @param slopes written, stored as the scores are; not used without a soft cap
   */
  void ofColumns(long column, long rowBytes, int first, int keys, long limits, long slopes) {
    capColumns(column, rowBytes, keys);
    if (isCapped()) {
      writeSlopes(column, rowBytes, keys, slopes);
    }
    hideColumns(column, rowBytes, first, keys, limits);
  }

  private void writeSlopes(long column, long rowBytes, int keys, long slopes) {
    FloatVector inverse = Lanes.all(1 / (float) scores.softCap().getAsDouble());
    FloatVector one = Lanes.all(1);
    for (int key = 0; key < keys; key++) {
      FloatVector tanh = Lanes.load(column + key * rowBytes).mul(inverse);
      Lanes.store(one.sub(tanh.mul(tanh)), slopes + key * rowBytes);
    }
  }

  /** Multiplies the gradients of capped scores by the derivatives of the cap, if there is one. */
  void toUncapped(long gradients, long rowBytes, int keys, long slopes) {
    if (!isCapped()) {
      return;
    }
    for (int key = 0; key < keys; key++) {
      long at = gradients + key * rowBytes;
      Lanes.store(Lanes.load(at).mul(Lanes.load(slopes + key * rowBytes)), at);
    }
  }

  private static FloatVector capped(FloatVector score, FloatVector cap) {
    return VectorMath.tanh(score.div(cap)).mul(cap);
  }
}
