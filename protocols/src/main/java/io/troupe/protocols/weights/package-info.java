/**
 * How the weights of a policy cross a wire: a manifest frame that says what is coming, then the
 * tensors in its order, cut into chunks. Every frame is versioned and carries a CRC-32C of itself.
 * Read {@link io.troupe.protocols.weights.WeightFrame} for the layout.
 */
package io.troupe.protocols.weights;
