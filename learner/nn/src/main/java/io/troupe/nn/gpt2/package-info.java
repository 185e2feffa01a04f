/**
 * GPT-2 (Radford et al. 2019). Start with {@link io.troupe.nn.gpt2.Gpt2Config}, then {@link
 * io.troupe.nn.gpt2.Gpt2Model}.
 */
package io.troupe.nn.gpt2;
