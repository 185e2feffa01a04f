package io.troupe.deploy.bench.kernel;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.MatrixOps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A matrix product of m x k by k x n elements.
 *
 * @param name the model and the layer, such as {@code 15m up}
 * @param form how the operands are stored
 * @param m rows of the result
 * @param n columns of the result
 * @param k length of the sums
 * @param workingSetBytes bytes of the weights that are read in turn before the same ones are read
 *     again; 0 if the operands are reused in the caches
 */
record ProductCase(String name, Form form, int m, int n, int k, long workingSetBytes)
    implements KernelCase {

  /** Storage of the operands, in the letters of BLAS: N as it is, T transposed. */
  enum Form {
    /** Forward pass with a weight (n, k). */
    LINEAR("NT weight"),
    /** Both as they are: the gradient of an input. */
    NN("NN"),
    /** The right operand transposed. */
    NT("NT"),
    /** The left operand transposed: the gradient of a weight. */
    TN("TN");

    private final String label;

    Form(String label) {
      this.label = label;
    }
  }

  @Override
  public String title() {
    return "%s %s %dx%dx%d".formatted(name, form.label, m, n, k);
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("form", form.label);
    settings.put("m", m);
    settings.put("n", n);
    settings.put("k", k);
    return settings;
  }

  @Override
  public double multiplyAdds() {
    return (double) m * n * k;
  }

  @Override
  public Traffic traffic() {
    return workingSetBytes == 0 ? Traffic.NONE : new Traffic(weightBytes(), workingSetBytes);
  }

  private long weightBytes() {
    return (long) Float.BYTES * n * k;
  }

  @Override
  public Runnable prepare(Engine engine, Scope weights) {
    MatrixOps products = Backend.of(engine).products();
    Tensor out = KernelTensors.normal(1, m, n);
    if (form == Form.LINEAR) {
      return linear(products, out, weights);
    }
    boolean transposeA = form == Form.TN;
    boolean transposeB = form == Form.NT;
    Tensor a = transposeA ? KernelTensors.normal(2, k, m) : KernelTensors.normal(2, m, k);
    Tensor b = transposeB ? KernelTensors.normal(3, n, k) : KernelTensors.normal(3, k, n);
    return () -> products.matmul(out, a, transposeA, b, transposeB, false);
  }

  private Runnable linear(MatrixOps products, Tensor out, Scope weights) {
    Tensor x = KernelTensors.normal(2, m, k);
    Tensor[] copies = new Tensor[(int) Math.max(1, workingSetBytes / weightBytes())];
    copies[0] = weights.keep(KernelTensors.normal(3, n, k));
    for (int i = 1; i < copies.length; i++) {
      copies[i] = weights.keep(copies[0]);
    }
    for (Tensor copy : copies) {
      products.linear(out, x, copy, null); // a first call may rearrange a weight
    }
    int[] call = new int[1];
    return () -> products.linear(out, x, copies[call[0]++ % copies.length], null);
  }
}
