package io.troupe.nn.layers;

import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Attention;

/**
 * Turns queries and keys by their positions (arXiv:2104.09864), in Hugging Face's half-split
 * layout. Cosines and sines are tables in the scope of the model; they grow with the positions that
 * are asked for, so that a context of 131072 costs nothing while texts are short.
 */
public final class RotaryEmbedding {
  private static final int FIRST_POSITIONS = 2048;

  private final Scope scope;
  private final DType dtype;
  private final int maxPositions;
  private final float[] inverseFrequencies;
  private Tensor cos;
  private Tensor sin;

  /**
   * Tables in the current scope.
   *
   * @param rotaryDim dimensions of a head that turn, even; the rest stay
   * @param maxPositions the longest sequence
   */
  public RotaryEmbedding(
      int rotaryDim, int maxPositions, RotaryParameters parameters, DType dtype) {
    this.scope = Scope.current();
    this.dtype = dtype;
    this.maxPositions = maxPositions;
    this.inverseFrequencies = parameters.inverseFrequencies(rotaryDim);
    fill(Math.min(maxPositions, FIRST_POSITIONS));
  }

  /** Makes sure that the tables reach a position. Called once a pass, before {@link #forward}. */
  public void cover(int position) {
    if (position >= cos.size(0)) {
      Tensor oldCos = cos;
      Tensor oldSin = sin;
      fill((int) Math.min(maxPositions, Math.max(position + 1L, 2L * cos.size(0))));
      scope.release(oldCos);
      scope.release(oldSin);
    }
  }

  /**
   * Turns the heads of each row.
   *
   * @param x (rows, heads, headDim)
   * @param positions (rows), INT32, covered
   * @return (rows, heads, headDim)
   */
  public Tensor forward(Tensor x, Tensor positions) {
    return Attention.rotary(x, cos, sin, positions);
  }

  private void fill(int numPositions) {
    Shape shape = Shape.of(numPositions, inverseFrequencies.length);
    float[] cosines = new float[Math.toIntExact(shape.numel())];
    float[] sines = new float[cosines.length];
    for (int position = 0; position < numPositions; position++) {
      for (int i = 0; i < inverseFrequencies.length; i++) {
        float angle = position * inverseFrequencies[i]; // fp32, as transformers
        int index = position * inverseFrequencies.length + i;
        cosines[index] = (float) Math.cos(angle);
        sines[index] = (float) Math.sin(angle);
      }
    }
    cos = Tensor.empty(scope, dtype, shape);
    sin = Tensor.empty(scope, dtype, shape);
    cos.setFloats(cosines);
    sin.setFloats(sines);
  }
}
