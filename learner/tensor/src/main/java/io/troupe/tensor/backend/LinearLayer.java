package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/**
 * One of several linear layers that are applied to the same input.
 *
 * @param out (rows, outFeatures), written
 * @param weight (outFeatures, inFeatures)
 * @param bias (outFeatures), or null
 */
public record LinearLayer(Tensor out, Tensor weight, Tensor bias) {}
