package io.troupe.deploy.bench.kernel;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionOps;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Attention of one decoding step over the paged cache, layer by layer.
 *
 * @param model the model that has this shape
 * @param sequences number of sequences, one new token each
 * @param cached positions in the cache of each sequence
 * @param layers number of layers
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param headDim elements of a head
 */
record PagedAttentionCase(
    String model, int sequences, int cached, int layers, int heads, int kvHeads, int headDim)
    implements KernelCase {
  /** A smaller working set stays in the cache of a core. */
  private static final long CACHE_BYTES = 2 << 20;

  @Override
  public String title() {
    return "%s paged %dx%d heads %d:%d of %d"
        .formatted(model, sequences, cached, heads, kvHeads, headDim);
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("sequences", sequences);
    settings.put("cached", cached);
    settings.put("heads", heads);
    settings.put("kv_heads", kvHeads);
    settings.put("head_dim", headDim);
    return settings;
  }

  @Override
  public double multiplyAdds() {
    return 2.0 * sequences * cached * heads * headDim;
  }

  @Override
  public Traffic traffic() {
    long bytes = 2L * Float.BYTES * sequences * cached * kvHeads * headDim;
    return layers * bytes < CACHE_BYTES ? Traffic.NONE : new Traffic(bytes, layers * bytes);
  }

  @Override
  public Runnable prepare(Engine engine, Scope weights) {
    AttentionOps attention = Backend.of(engine).attention();
    int pagesEach = Math.ceilDiv(cached, KvPages.PAGE_SIZE);
    KvPages pages = KvPages.allocate(weights, layers, sequences * pagesEach, kvHeads, headDim);
    Backend.of(engine).random().normal(pages.keys(), Philox.of(1));
    Backend.of(engine).random().normal(pages.values(), Philox.of(2));
    Tensor q = KernelTensors.normal(3, sequences, heads, headDim);
    Tensor out = KernelTensors.normal(4, sequences, heads, headDim);
    Tensor kv = KernelTensors.normal(5, sequences, kvHeads, headDim);
    int[][] tables = new int[sequences][];
    for (int i = 0; i < sequences; i++) {
      tables[i] = IntStream.range(i * pagesEach, (i + 1) * pagesEach).toArray();
    }
    int[] positions = new int[sequences];
    Arrays.fill(positions, cached - 1);
    KvRows rows = new KvRows(tables, IntStream.range(0, sequences).toArray(), positions);
    AttentionScores scores = AttentionScores.scaled(1 / Math.sqrt(headDim));
    int[] call = new int[1];
    return () ->
        attention.pagedAttention(out, q, kv, kv, null, pages, call[0]++ % layers, rows, scores);
  }
}
