/**
 * Mixtral (arXiv:2401.04088): Mistral with experts in place of the feed-forward block. Start with
 * {@link io.troupe.nn.mixtral.MixtralConfig}.
 */
package io.troupe.nn.mixtral;
