package io.troupe.deploy.bench.kernel;

import java.util.List;
import java.util.Locale;

/** Kernels that are measured together. */
public enum KernelGroup {
  /** Matrix products. */
  PRODUCTS {
    @Override
    List<KernelCase> cases() {
      return ProductCases.all();
    }
  },
  /** Convolutions. */
  CONVOLUTIONS {
    @Override
    List<KernelCase> cases() {
      return ConvolutionCases.all();
    }
  },
  /** Attention of training and decoding. */
  ATTENTION {
    @Override
    List<KernelCase> cases() {
      return AttentionCases.all();
    }
  };

  abstract List<KernelCase> cases();

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
