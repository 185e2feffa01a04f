/**
 * Mistral (arXiv:2310.06825): Llama's layers with a sliding window. Start with {@link
 * io.troupe.nn.mistral.MistralConfig}.
 */
package io.troupe.nn.mistral;
