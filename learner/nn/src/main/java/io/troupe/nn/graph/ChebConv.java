package io.troupe.nn.graph;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The Chebyshev spectral convolution (arXiv:1606.09375), as {@code torch_geometric.nn.ChebConv}: a
 * sum over k of linear layers of the k-th Chebyshev polynomial of the scaled Laplacian, applied to
 * the features.
 *
 * <p>The sum is computed by Clenshaw's recurrence after the linear layers: the same result except
 * for rounding, on rows of outChannels instead of inChannels.
 */
public final class ChebConv extends Module implements GraphConv {
  private final EdgeNorm norm;
  private final List<Linear> lins = new ArrayList<>();
  private final Tensor bias;

  /** The normalization of the Laplacian. */
  public enum Normalization {
    /** {@code D - A}. */
    NONE,
    /** {@code I - D^-1/2 A D^-1/2}. */
    SYM,
    /** {@code I - D^-1 A}. */
    RW
  }

  /**
   * The options of the convolution.
   *
   * @param normalization of the Laplacian
   * @param lambdaMax its largest eigenvalue; NaN for a bound, which is 2 for {@code SYM}
   * @param bias whether there is a bias
   */
  public record Options(Normalization normalization, double lambdaMax, boolean bias) {
    /** PyTorch Geometric's defaults: {@code SYM}. */
    public static Options defaults() {
      return new Options(Normalization.SYM, Double.NaN, true);
    }

    /** With another normalization. */
    public Options withNormalization(Normalization other) {
      return new Options(other, lambdaMax, bias);
    }

    /** With the largest eigenvalue of the Laplacian. */
    public Options withLambdaMax(double largest) {
      return new Options(normalization, largest, bias);
    }

    /** Without a bias. */
    public Options withoutBias() {
      return new Options(normalization, lambdaMax, false);
    }
  }

  /**
   * A convolution with PyTorch Geometric's defaults and initial values.
   *
   * @param k the number of polynomials, at least 1
   */
  public ChebConv(int inChannels, int outChannels, int k, Initializer initializer) {
    this(inChannels, outChannels, k, Options.defaults(), initializer);
  }

  /**
   * A convolution with PyTorch Geometric's initial values.
   *
   * @param k the number of polynomials, at least 1
   */
  public ChebConv(
      int inChannels, int outChannels, int k, Options options, Initializer initializer) {
    if (k < 1) {
      throw new IllegalArgumentException("k of ChebConv must be 1 or more, got " + k);
    }
    this.norm = new EdgeNorm.ScaledLaplacian(options.normalization(), options.lambdaMax());
    for (int i = 0; i < k; i++) {
      lins.add(child("lins." + i, Linear.glorot(inChannels, outChannels, initializer)));
    }
    this.bias = options.bias() ? parameter("bias", initializer.constant(0, outChannels)) : null;
  }

  @Override
  public Tensor forward(NodeFeatures x, Graph graph) {
    WeightedEdges laplacian = graph.edges(norm);
    Tensor after = null; // b of k + 2
    Tensor next = x.project(lins.getLast().weight()); // b of k + 1
    for (int k = lins.size() - 2; k >= 0; k--) {
      Tensor applied = laplacian.propagate(next);
      Tensor sum = x.project(lins.get(k).weight()).add(k == 0 ? applied : applied.mul(2));
      Tensor current = after == null ? sum : sum.sub(after);
      after = next;
      next = current;
    }
    return bias == null ? next : next.add(bias);
  }
}
