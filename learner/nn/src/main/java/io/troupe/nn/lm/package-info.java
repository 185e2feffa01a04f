/**
 * The interface of decoder language models. Rollout and training use models through {@link
 * io.troupe.nn.lm.CausalLM}; read it first, then {@link io.troupe.nn.lm.TokenBatch}. Sequences are
 * packed, never padded.
 */
package io.troupe.nn.lm;
