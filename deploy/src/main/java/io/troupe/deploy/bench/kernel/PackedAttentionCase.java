package io.troupe.deploy.bench.kernel;

import io.troupe.tensor.Engine;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionOps;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.Backend;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Attention of a training step over packed sequences of one length.
 *
 * @param model the model that has this shape
 * @param backward whether it computes the gradients
 * @param sequences number of sequences
 * @param length tokens of each sequence
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param headDim elements of a head
 */
record PackedAttentionCase(
    String model, boolean backward, int sequences, int length, int heads, int kvHeads, int headDim)
    implements KernelCase {

  @Override
  public String title() {
    return "%s packed %dx%d heads %d:%d of %d %s"
        .formatted(
            model, sequences, length, heads, kvHeads, headDim, backward ? "backward" : "forward");
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("sequences", sequences);
    settings.put("length", length);
    settings.put("heads", heads);
    settings.put("kv_heads", kvHeads);
    settings.put("head_dim", headDim);
    settings.put("pass", backward ? "backward" : "forward");
    return settings;
  }

  /** Two products of visible pairs in the forward pass, five in the backward pass. */
  @Override
  public double multiplyAdds() {
    double pairs = (double) sequences * length * (length + 1) / 2;
    return (backward ? 5 : 2) * pairs * heads * headDim;
  }

  @Override
  public Traffic traffic() {
    return Traffic.NONE;
  }

  @Override
  public Runnable prepare(Engine engine, Scope weights) {
    AttentionOps attention = Backend.of(engine).attention();
    int[] lengths = new int[sequences];
    Arrays.fill(lengths, length);
    PackedSequences layout = PackedSequences.of(lengths);
    int rows = layout.numRows();
    Tensor q = KernelTensors.normal(1, rows, heads, headDim);
    Tensor k = KernelTensors.normal(2, rows, kvHeads, headDim);
    Tensor v = KernelTensors.normal(3, rows, kvHeads, headDim);
    Tensor out = KernelTensors.normal(4, rows, heads, headDim);
    Tensor lse = KernelTensors.normal(5, rows, heads);
    AttentionScores scores = AttentionScores.scaled(1 / Math.sqrt(headDim));
    attention.attention(out, lse, q, k, v, layout, scores);
    if (!backward) {
      return () -> attention.attention(out, lse, q, k, v, layout, scores);
    }
    Tensor dOut = KernelTensors.normal(6, rows, heads, headDim);
    Tensor dq = KernelTensors.normal(7, rows, heads, headDim);
    Tensor dk = KernelTensors.normal(8, rows, kvHeads, headDim);
    Tensor dv = KernelTensors.normal(9, rows, kvHeads, headDim);
    return () -> attention.attentionGrad(dq, dk, dv, dOut, out, lse, q, k, v, layout, scores);
  }
}
