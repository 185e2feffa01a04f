package io.troupe.rollout.engine;

import io.troupe.nn.lm.LMConfig;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.engine.SampleDifference.Part;
import java.util.Optional;

/** Finds samples that no decoder can have produced, before they are computed again. */
final class RecordedForm {
  private RecordedForm() {}

  static Optional<SampleDifference> check(
      SampledGroup group, GenerationConfig config, LMConfig model) {
    int maxLength = RequestChecks.maxCompletionLength(model, group.spec().prompt(), config);
    return group.completions().stream()
        .flatMap(completion -> check(group, completion, maxLength, model.vocabSize()).stream())
        .findFirst();
  }

  private static Optional<SampleDifference> check(
      SampledGroup group, Completion completion, int maxLength, int vocabSize) {
    int length = completion.tokenIds().length;
    if (length < 1 || length > maxLength) {
      return differs(
          group,
          completion,
          Math.min(length, maxLength),
          Part.FINISH_REASON,
          length + " tokens",
          "1 to " + maxLength + " tokens");
    }
    for (int t = 0; t < length; t++) {
      int token = completion.tokenIds()[t];
      if (token < 0 || token >= vocabSize) {
        return differs(group, completion, t, Part.TOKEN, "" + token, "0 to " + (vocabSize - 1));
      }
      long version = completion.policyVersions()[t];
      long before = t == 0 ? 0 : completion.policyVersions()[t - 1];
      if (version < before) {
        return differs(
            group, completion, t, Part.POLICY_VERSION, "" + version, "at least " + before);
      }
    }
    return Optional.empty();
  }

  private static Optional<SampleDifference> differs(
      SampledGroup group,
      Completion completion,
      int position,
      Part part,
      String recorded,
      String computed) {
    return Optional.of(
        new SampleDifference(
            group.spec().groupId(), completion.sampleIndex(), position, part, recorded, computed));
  }
}
