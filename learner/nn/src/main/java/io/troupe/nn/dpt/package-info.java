/**
 * DPT (arXiv:2103.13413): dense predictions of a vision transformer, with the names of
 * transformers. Start with {@link io.troupe.nn.dpt.DptConfig}, then {@link
 * io.troupe.nn.dpt.DptDepthModel} and {@link io.troupe.nn.dpt.DptSegmentationModel}.
 */
package io.troupe.nn.dpt;
