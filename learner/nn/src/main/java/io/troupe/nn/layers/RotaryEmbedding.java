package io.troupe.nn.layers;

import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RotaryAngles;

/**
 * Rotates queries and keys by an angle that depends on their position (arXiv:2104.09864), in
 * Hugging Face's half-split layout. Cosines and sines are tables in the scope of the model; they
 * grow with the requested positions, so that short sequences do not pay for a long context.
 *
 * <p>With {@code dynamic} and {@code longrope} scaling the frequencies depend on the length of the
 * sequence. As in transformers, a pass uses the length that a sequence has at the end of the pass:
 * without a cache that is the whole sequence; with a cache, keys keep the rotation of the pass that
 * stored them. Differences from transformers: the length is that of each sequence and not of the
 * longest one in the batch, and it does not depend on earlier sequences.
 */
public final class RotaryEmbedding {
  private static final int FIRST_POSITIONS = 2048;

  private final Scope scope;
  private final DType dtype;
  private final int maxPositions;
  private final RotaryParameters parameters;
  private final RotaryFrequencies frequencies;
  private final float[] unscaled;
  private Tensor cos;
  private Tensor sin;

  /**
   * Allocates tables in the current scope.
   *
   * @param rotaryDim rotated dimensions of a head, even; the other dimensions are not changed
   * @param maxPositions the maximum length of a sequence
   */
  public RotaryEmbedding(
      int rotaryDim, int maxPositions, RotaryParameters parameters, DType dtype) {
    this.scope = Scope.current();
    this.dtype = dtype;
    this.maxPositions = maxPositions;
    this.parameters = parameters;
    this.frequencies = new RotaryFrequencies(parameters, rotaryDim);
    this.unscaled = frequencies.forLength(1);
    fill(Math.min(maxPositions, FIRST_POSITIONS));
  }

  /** The length of the sequence that each row of a pass belongs to, at the end of the pass. */
  @FunctionalInterface
  public interface SequenceLengths {
    /** One length per row. */
    int[] get();
  }

  /**
   * Prepares a pass.
   *
   * @param positions of the rows
   * @param lengths of the sequences; called only if the frequencies depend on them
   * @return in the current scope
   */
  public RotaryAngles angles(int[] positions, SequenceLengths lengths) {
    int last = -1;
    for (int position : positions) {
      last = Math.max(last, position);
    }
    if (last < parameters.maxUnscaledLength()) {
      cover(last);
      return new RotaryAngles(cos, sin, Tensor.of(positions));
    }
    return scaledAngles(positions, lengths.get());
  }

  private RotaryAngles scaledAngles(int[] positions, int[] lengths) {
    int rows = positions.length;
    int half = unscaled.length;
    float[] cosines = new float[rows * half];
    float[] sines = new float[rows * half];
    int[] index = new int[rows];
    int length = 1;
    float[] angles = unscaled; // for sequences of this length
    for (int row = 0; row < rows; row++) {
      if (lengths[row] != length) {
        length = lengths[row];
        angles = frequencies.forLength(length);
      }
      write(cosines, sines, row, positions[row], angles);
      index[row] = row;
    }
    return new RotaryAngles(
        Tensor.of(cosines, rows, half).to(dtype),
        Tensor.of(sines, rows, half).to(dtype),
        Tensor.of(index));
  }

  private void write(float[] cosines, float[] sines, int row, int position, float[] angles) {
    float factor = (float) parameters.attentionFactor();
    for (int i = 0; i < angles.length; i++) {
      float angle = position * angles[i]; // fp32, as transformers
      cosines[row * angles.length + i] = (float) Math.cos(angle) * factor;
      sines[row * angles.length + i] = (float) Math.sin(angle) * factor;
    }
  }

  /** Extends the tables to a position. */
  private void cover(int position) {
    if (position >= cos.size(0)) {
      Tensor oldCos = cos;
      Tensor oldSin = sin;
      fill((int) Math.min(maxPositions, Math.max(position + 1L, 2L * cos.size(0))));
      scope.release(oldCos);
      scope.release(oldSin);
    }
  }

  private void fill(int numPositions) {
    int half = unscaled.length;
    float[] cosines = new float[Math.multiplyExact(numPositions, half)];
    float[] sines = new float[cosines.length];
    for (int position = 0; position < numPositions; position++) {
      write(cosines, sines, position, position, unscaled);
    }
    cos = table(cosines, half);
    sin = table(sines, half);
  }

  private Tensor table(float[] values, int half) {
    Tensor table = Tensor.empty(scope, dtype, Shape.of(values.length / half, half));
    table.setFloats(values);
    return table;
  }
}
