package io.troupe.nn.summary;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.MatrixOps;

/**
 * Matrix products. A linear layer over the positions of a feature map keeps their reach; one over
 * several positions together reads the whole image.
 *
 * @param trace takes the notes
 */
record CountedProducts(Trace trace) implements MatrixOps {
  @Override
  public void matmul(
      Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean accumulate) {
    Reach both = trace.reachOf(a, b);
    boolean mixes = !trace.readsParameter(a, b) && both instanceof Reach.Field;
    long inner = transposeA ? a.size(-2) : a.size(-1);
    trace.layer("matmul", out, out.numel() * inner, mixes ? Reach.UNKNOWN : both, a, b);
  }

  @Override
  public void addMatmul(Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    matmul(out, a, transposeA, b, transposeB, true);
  }

  @Override
  public void linear(Tensor out, Tensor x, Tensor weight, Tensor bias) {
    Reach reach = trace.reachOf(x);
    boolean mixes = reach instanceof Reach.Field field && x.size(0) < field.positions();
    trace.layer(
        "linear", out, out.numel() * weight.size(1), mixes ? Reach.WHOLE : reach, weight, bias);
  }
}
