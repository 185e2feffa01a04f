package io.troupe.actors.grpo;

import com.sun.management.OperatingSystemMXBean;
import io.troupe.nn.lm.LMConfig;
import io.troupe.protocols.config.RolloutConfig;
import io.troupe.protocols.config.RunConfig;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.tensor.backend.KvPages;
import java.lang.management.ManagementFactory;

/** Computes the size of the KV cache of a decoder. */
final class DecodingSizes {
  /** Maximum share of the machine's memory for all caches, unless the user sets their size. */
  private static final double MEMORY_SHARE = 0.25;

  /** Evaluations have more requests open than the batch has places. */
  private static final int MIN_OPEN_GROUPS = 1024;

  private DecodingSizes() {}

  /**
   * The limits of each decoder of a run.
   *
   * @param longestPrompt in tokens
   * @throws IllegalArgumentException if {@code rollout.max-cached-tokens} is too small for one
   *     sample
   */
  static DecodingLimits limits(RunConfig config, LMConfig model, int longestPrompt) {
    RolloutConfig rollout = config.rollout();
    int longest =
        Math.min(
            model.maxPositionEmbeddings(), longestPrompt + config.grpo().maxCompletionLength());
    int promptPages = PagedKvCache.pagesFor(longestPrompt);
    int samplePages = promptPages + PagedKvCache.pagesToFork(longest, longestPrompt);
    int numGroups = 1 + Math.ceilDiv(rollout.maxBatchSequences(), config.grpo().numGenerations());
    // A full batch, either of large groups or (in an evaluation) of single samples.
    long wanted =
        Math.multiplyFull(rollout.maxBatchSequences(), samplePages)
            + Math.multiplyFull(numGroups, promptPages);
    long pages = wanted;
    if (rollout.maxCachedTokens() > 0) {
      pages = rollout.maxCachedTokens() / KvPages.PAGE_SIZE;
      if (pages < samplePages) {
        throw new IllegalArgumentException(
            "rollout.max-cached-tokens must be >= %d for a prompt of %d tokens, got %d; or set 0 for"
                    .formatted(
                        samplePages * KvPages.PAGE_SIZE, longestPrompt, rollout.maxCachedTokens())
                + " the computed size");
      }
    } else {
      long affordable = (long) (memoryBytes() * MEMORY_SHARE) / rollout.numActors();
      pages =
          Math.max(
              samplePages,
              Math.min(wanted, affordable / PagedKvCache.sizeBytes(model, KvPages.PAGE_SIZE)));
    }
    return new DecodingLimits(
        rollout.maxBatchSequences(),
        Math.toIntExact(Math.min(pages, Integer.MAX_VALUE / KvPages.PAGE_SIZE) * KvPages.PAGE_SIZE),
        rollout.maxPrefillTokens(),
        maxOpenGroups(config));
  }

  /** The coordinator issues at most the groups of the steps that generation may run ahead. */
  private static int maxOpenGroups(RunConfig config) {
    long groups = config.groupsPerStep() * (1L + config.maxStaleness());
    return (int) Math.min(Math.max(MIN_OPEN_GROUPS, groups), Integer.MAX_VALUE);
  }

  private static long memoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
