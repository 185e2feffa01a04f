package io.troupe.deploy.bench.kernel;

import java.util.ArrayList;
import java.util.List;

/** Attention in training steps and in decoding steps of the benchmark models. */
final class AttentionCases {
  private static final int[] DECODING_BATCHES = {1, 32};
  private static final int CACHED = 256;

  private static final List<Heads> MODELS =
      List.of(
          new Heads("tiny", 4, 4, 4, 32),
          new Heads("15m", 6, 6, 6, 48),
          new Heads("110m", 12, 12, 12, 64),
          new Heads("0.5b", 24, 14, 2, 64));

  private AttentionCases() {}

  /** The attention of a model. */
  private record Heads(String model, int layers, int heads, int kvHeads, int headDim) {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (Heads of : MODELS) {
      for (boolean backward : new boolean[] {false, true}) {
        cases.add(
            new PackedAttentionCase(of.model, backward, 16, 128, of.heads, of.kvHeads, of.headDim));
      }
      for (int batch : DECODING_BATCHES) {
        cases.add(
            new PagedAttentionCase(
                of.model, batch, CACHED, of.layers, of.heads, of.kvHeads, of.headDim));
      }
    }
    return cases;
  }
}
