package io.troupe.rollout.engine;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.LMConfig;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.rollout.constraint.CompiledConstraint;
import io.troupe.rollout.constraint.ConstraintCompiler;
import io.troupe.rollout.constraint.TokenConstraint;
import io.troupe.rollout.engine.DecodingLimits.PrefixCaching;
import io.troupe.rollout.sampling.Sampler;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.function.Supplier;

/** Checks the groups that are submitted to an engine and prepares their decoding. */
final class NewGroups {
  private final CausalLM model;
  private final Tokenizer tokenizer;
  private final DecodingLimits limits;
  private final ConstraintCompiler constraints;

  NewGroups(
      CausalLM model, Tokenizer tokenizer, DecodingLimits limits, ConstraintCompiler constraints) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.limits = limits;
    this.constraints = constraints;
  }

  /**
   * A group that waits.
   *
   * @throws IllegalArgumentException if the model or the limits do not allow it
   */
  GroupDecoding of(
      long requestId, GroupSpec spec, GenerationConfig config, CompletionListener listener) {
    int maxLength = maxCompletionLength(spec, config, listener);
    StopTokens stopTokens = StopTokens.of(config, model.config(), tokenizer);
    return new GroupDecoding(
        requestId,
        spec,
        config,
        listener,
        Sampler.of(config, stopTokens.endTokenIds()),
        stopTokens,
        constraints
            .compile(config.constraint(), stopTokens.tokenIds())
            .map(compiled -> starts(compiled, stopTokens, spec, listener)),
        maxLength,
        limits.prefixCaching() == PrefixCaching.ON && isReusable(spec, maxLength),
        isReusable(spec, maxLength));
  }

  /** The maximum length of the completions; 0 if the prompt is only read. */
  private int maxCompletionLength(
      GroupSpec spec, GenerationConfig config, CompletionListener listener) {
    LMConfig ofModel = model.config();
    if (!listener.wantsCompletions()) {
      RequestChecks.requirePromptFits(ofModel, limits, spec.prompt());
      return 0;
    }
    RequestChecks.requireFits(ofModel, limits, spec, config);
    return RequestChecks.maxCompletionLength(ofModel, spec.prompt(), config);
  }

  /** The constraint of each sample of a group, before its first token. */
  private Supplier<TokenConstraint> starts(
      CompiledConstraint constraint,
      StopTokens stopTokens,
      GroupSpec spec,
      CompletionListener listener) {
    int[] ends = stopTokens.tokenIds();
    boolean dropsFirstSpace =
        constraints.dropsFirstSpace(spec.prompt().tokenIds(), listener.specialTokens());
    return () -> constraint.start(ends, dropsFirstSpace);
  }

  /** Whether keys and values depend on the tokens before them only, in every pass. */
  private boolean isReusable(GroupSpec spec, int maxLength) {
    return spec.prompt().tokenIds().length + maxLength <= model.maxReusableLength();
  }
}
