package io.troupe.actors.replay;

import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.log.codec.ByteWriter;
import io.troupe.log.codec.GroupCodec;
import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LoggedGroup;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.rollout.engine.SampleReplay;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/** Repeats sampling and rewards of the groups of a step. */
final class GroupReplay implements AutoCloseable {
  private static final String TIMEOUT = "timeout: ";

  private final GrpoInputs inputs;
  private final RecentWeights weights;
  private final SampleReplay samples;
  private final LongFunction<GroupSpec> specs;
  private long timeouts;
  private long tooOld;

  GroupReplay(GrpoInputs inputs, RecentWeights weights) {
    this.inputs = inputs;
    this.weights = weights;
    this.specs = inputs.groups();
    this.samples =
        new SampleReplay(
            weights::at,
            inputs.policy(),
            inputs.tokenizer(),
            inputs.decodingLimits(),
            inputs.config().grpo().generation(),
            SpecialTokenText.VISIBLE);
  }

  /** Samples that have no reward, because it exceeded its deadline; it is not repeated. */
  long timeouts() {
    return timeouts;
  }

  /** Samples that are not repeated, because their weights are older than the first ones here. */
  long tooOld() {
    return tooOld;
  }

  /** The first difference in the groups of a step. */
  Optional<Difference> firstDifference(Batch batch) {
    List<ScoredGroup> groups = batch.groups().stream().map(LoggedGroup::group).toList();
    for (ScoredGroup group : groups) {
      Optional<Difference> found = checkRequest(batch.step(), group.group());
      if (found.isPresent()) {
        return found;
      }
    }
    Optional<Difference> sampled =
        samples
            .firstDifference(
                groups.stream().map(ScoredGroup::group).filter(this::hasWeights).toList())
            .map(difference -> new Difference.OfSample(batch.step(), difference));
    if (sampled.isPresent()) {
      return sampled;
    }
    return groups.stream().flatMap(group -> score(batch.step(), group).stream()).findFirst();
  }

  /** Whether the weights of all tokens are here; otherwise counts the samples. */
  private boolean hasWeights(SampledGroup group) {
    boolean before =
        group.oldestPolicyVersion() >= 0 && weights.isBeforeFirst(group.oldestPolicyVersion());
    tooOld += before ? group.completions().size() : 0;
    return !before;
  }

  private Optional<Difference> checkRequest(long step, SampledGroup group) {
    GroupSpec recorded = group.spec();
    if (!Arrays.equals(encode(recorded), encode(specs.apply(recorded.groupId())))) {
      return Optional.of(new Difference.OfPrompt(step, recorded.groupId()));
    }
    for (Completion completion : group.completions()) {
      for (long version : completion.policyVersions()) {
        if (!weights.has(version) && !weights.isBeforeFirst(version)) {
          return Optional.of(
              new Difference.OfLog(
                  step,
                  "group %d, sample %d has tokens of policy version %d, which max-staleness %d does not allow"
                      .formatted(
                          recorded.groupId(),
                          completion.sampleIndex(),
                          version,
                          inputs.config().maxStaleness())));
        }
      }
    }
    return Optional.empty();
  }

  private static byte[] encode(GroupSpec spec) {
    ByteWriter out = new ByteWriter();
    GroupCodec.write(out, spec);
    return out.toBytes();
  }

  private Optional<Difference> score(long step, ScoredGroup group) {
    for (int i = 0; i < group.scores().size(); i++) {
      Score recorded = group.scores().get(i);
      if (recorded instanceof Score.Unscorable(String reason) && reason.startsWith(TIMEOUT)) {
        timeouts++;
        continue;
      }
      Completion completion = group.group().completions().get(i);
      Score computed = inputs.rewards().score(group.group().spec().prompt(), completion);
      if (!recorded.equals(computed)) {
        return Optional.of(
            new Difference.OfScore(
                step, group.group().spec().groupId(), i, text(recorded), text(computed)));
      }
    }
    return Optional.empty();
  }

  private static String text(Score score) {
    return switch (score) {
      case Score.Scored(double value, var parts) -> value + " " + parts;
      case Score.Unscorable(String reason) -> "none (" + reason + ")";
    };
  }

  @Override
  public void close() {
    samples.close();
  }
}
