package io.troupe.serving.endpoint;

import com.sun.management.OperatingSystemMXBean;
import io.troupe.nn.lm.LMConfig;
import io.troupe.protocols.config.LoadConfig;
import io.troupe.rollout.kvcache.PagedKvCache;
import java.lang.management.ManagementFactory;

/** The capacity of the KV cache. */
final class CacheSize {
  /** The part of the machine's memory that a derived cache takes at most. */
  private static final double MEMORY_FRACTION = 0.25;

  private static final int SAMPLE_TOKENS = 1024;

  private CacheSize() {}

  /**
   * The capacity in tokens: as configured, otherwise room for a full batch of sequences as long as
   * the model's context, but at most a quarter of the machine's memory.
   */
  static int tokens(LoadConfig load, LMConfig model) {
    if (load.maxCachedTokens() > 0) {
      return load.maxCachedTokens();
    }
    long wanted = (long) load.maxBatchSequences() * model.maxPositionEmbeddings();
    double bytesPerToken = (double) PagedKvCache.sizeBytes(model, SAMPLE_TOKENS) / SAMPLE_TOKENS;
    long affordable = (long) (MEMORY_FRACTION * memoryBytes() / bytesPerToken);
    return Math.clamp(Math.min(wanted, affordable), 1, Integer.MAX_VALUE / 2);
  }

  private static long memoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
