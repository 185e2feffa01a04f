package io.troupe.rollout.engine;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decodes groups with an engine and collects the results. */
final class Decoding {
  static final DecodingLimits ROOMY = new DecodingLimits(64, 16 * 400, 512);

  private Decoding() {}

  /** A group whose prompt has the given tokens. */
  static GroupSpec group(long groupId, int numGenerations, int... prompt) {
    return new GroupSpec(groupId, ReferenceDecoding.prompt(groupId, prompt), numGenerations, 77);
  }

  static DecodingEngine engine(ReferenceDecoding decoding, DecodingLimits limits) {
    return new DecodingEngine(decoding.model(), decoding.tokenizer(), limits);
  }

  /** Decodes all groups and checks that every page is free afterwards. */
  static Map<Long, SampledGroup> run(
      DecodingEngine engine, List<GroupSpec> groups, GenerationConfig config) {
    Map<Long, SampledGroup> results = new TreeMap<>();
    for (GroupSpec group : groups) {
      engine.submit(group, config, result -> results.put(group.groupId(), result));
    }
    while (engine.step()) {
      if (engine.numRunning() > 64) {
        throw new AssertionError("more samples run than fit into the batch");
      }
    }
    if (engine.numFreePages() != engine.numPages()) {
      throw new AssertionError(engine.numFreePages() + " of " + engine.numPages() + " pages free");
    }
    return results;
  }

  /** The only completion of the only group. */
  static Completion runOne(
      DecodingEngine engine, GenerationConfig config, int numGenerations, int... prompt) {
    return run(engine, List.of(group(0, numGenerations, prompt)), config)
        .get(0L)
        .completions()
        .getFirst();
  }
}
