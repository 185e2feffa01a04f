package io.troupe.actors.run;

import io.troupe.tensor.memory.KernelScratch;
import io.troupe.tensor.memory.MemoryPool;
import io.troupe.tensor.memory.MemoryUse;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The memory metrics of a step, in bytes: {@code resident} and {@code peak_resident} of the
 * process, {@code pool} that tensors have taken from the system, {@code scratch} of kernels, and
 * the peak since the start of each {@link MemoryUse}, such as {@code memory/peak_weights_bytes}.
 */
public final class MemoryMetrics {
  private MemoryMetrics() {}

  /** The metrics of this process and of one pool. */
  public static Map<String, Double> of(MemoryPool pool) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("memory/resident_bytes", (double) ResidentMemory.bytes());
    metrics.put("memory/peak_resident_bytes", (double) ResidentMemory.peakBytes());
    metrics.put("memory/pool_bytes", (double) pool.reservedBytes());
    metrics.put("memory/scratch_bytes", (double) KernelScratch.bytes());
    metrics.put("memory/peak_tensors_bytes", (double) pool.peakBytes());
    for (MemoryUse use : MemoryUse.values()) {
      if (pool.peakBytes(use) > 0) {
        String name = use.name().toLowerCase(Locale.ROOT);
        metrics.put("memory/peak_" + name + "_bytes", (double) pool.peakBytes(use));
      }
    }
    return metrics;
  }
}
