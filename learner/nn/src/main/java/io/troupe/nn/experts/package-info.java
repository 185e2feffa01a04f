/**
 * Mixtures of experts (arXiv:2101.03961): a router selects a few of many feed-forward blocks for
 * each row, and an expert computes its rows only. Start with {@link
 * io.troupe.nn.experts.MixtureOfExperts}.
 */
package io.troupe.nn.experts;
