package io.troupe.rollout.service;

import io.troupe.nn.lm.AttentionCache;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.tensor.Tensor;
import java.util.concurrent.atomic.AtomicInteger;

/** A model that runs an action before each forward pass. */
final class CountedPasses extends CausalLM {
  private final CausalLM model;
  private final Runnable action;

  private CountedPasses(CausalLM model, Runnable action) {
    super(model.config(), model.pretrainedConfig(), model.scope());
    this.model = child("counted", model);
    this.action = action;
  }

  /** A model that counts its forward passes. */
  static CausalLM of(CausalLM model, AtomicInteger passes) {
    return before(model, passes::incrementAndGet);
  }

  /** A model that runs an action before each forward pass. */
  static CausalLM before(CausalLM model, Runnable action) {
    return new CountedPasses(model, action);
  }

  @Override
  public Tensor hiddenStates(TokenBatch tokens, AttentionCache cache) {
    action.run();
    return model.hiddenStates(tokens, cache);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return model.logits(hidden);
  }
}
