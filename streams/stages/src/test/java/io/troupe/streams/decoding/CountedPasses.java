package io.troupe.streams.decoding;

import io.troupe.nn.lm.AttentionCache;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.tensor.Tensor;
import java.util.concurrent.atomic.AtomicInteger;

/** A model that counts its forward passes. */
final class CountedPasses extends CausalLM {
  private final CausalLM model;
  private final AtomicInteger passes;

  private CountedPasses(CausalLM model, AtomicInteger passes) {
    super(model.config(), model.pretrainedConfig(), model.scope());
    this.model = child("counted", model);
    this.passes = passes;
  }

  static CausalLM of(CausalLM model, AtomicInteger passes) {
    return new CountedPasses(model, passes);
  }

  @Override
  public Tensor hiddenStates(TokenBatch tokens, AttentionCache cache) {
    passes.incrementAndGet();
    return model.hiddenStates(tokens, cache);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return model.logits(hidden);
  }
}
