package io.troupe.actors.cluster.testing;

import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.rollout.DecodingWork;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Decodes by hashing, after a random time. */
public final class FakeDecoding implements DecodingWork {
  private final TestProcess process;
  private final Set<Long> cancelled = new HashSet<>();
  private long version = -1;
  private long weights;

  public FakeDecoding(TestProcess process) {
    this.process = process;
  }

  @Override
  public void decode(GroupSpec group, Consumer<Outcome<SampledGroup>> done) {
    cancelled.remove(group.groupId());
    process.later(
        5_000_000,
        40_000_000,
        () -> {
          if (!cancelled.remove(group.groupId())) {
            done.accept(Outcome.done(HashPolicy.sample(group, version, weights)));
          }
        });
  }

  @Override
  public void cancel(long groupId) {
    cancelled.add(groupId);
  }

  @Override
  public void swap(WeightsVersion arrived, Consumer<Outcome<Long>> done) {
    process.later(
        1_000_000,
        5_000_000,
        () -> {
          version = arrived.version();
          weights = arrived.data().parts().getFirst().getLong();
          done.accept(Outcome.done(version));
        });
  }
}
