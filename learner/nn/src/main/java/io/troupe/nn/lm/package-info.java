/**
 * What decoder language models have in common, whatever their family. Rollout and training know
 * models as {@link io.troupe.nn.lm.CausalLM}; read that first, then {@link
 * io.troupe.nn.lm.TokenBatch}: sequences are packed, never padded.
 */
package io.troupe.nn.lm;
