package io.troupe.actors.replay;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.tensor.Engine;
import java.util.TreeMap;

/** The current policy and copies of the versions before it that samples may come from. */
final class RecentWeights implements AutoCloseable {
  private final CausalLM policy;
  private final Engine engine;
  private final int maxStaleness;
  private final long firstVersion;
  private final TreeMap<Long, CausalLM> older = new TreeMap<>();
  private long version;

  RecentWeights(CausalLM policy, Engine engine, int maxStaleness, long version) {
    this.policy = policy;
    this.engine = engine;
    this.maxStaleness = maxStaleness;
    this.firstVersion = version;
    this.version = version;
  }

  /** Whether a version is older than the first one, which a replay cannot have. */
  boolean isBeforeFirst(long ofVersion) {
    return ofVersion < firstVersion;
  }

  /** Whether the weights of a version are here. */
  boolean has(long ofVersion) {
    return ofVersion == version || older.containsKey(ofVersion);
  }

  /** The weights of a version. */
  CausalLM at(long ofVersion) {
    return ofVersion == version ? policy : older.get(ofVersion);
  }

  /** Keeps a copy of the policy, which changes next. */
  void beforeStep() {
    if (maxStaleness > 0) {
      CausalLM copy =
          older.size() == maxStaleness
              ? older.pollFirstEntry().getValue()
              : PretrainedModel.undefined(policy, engine);
      policy.copyTo(copy);
      older.put(version, copy);
    }
  }

  /** The policy has this version now. */
  void afterStep(long newVersion) {
    version = newVersion;
  }

  @Override
  public void close() {
    older.values().forEach(CausalLM::close);
  }
}
