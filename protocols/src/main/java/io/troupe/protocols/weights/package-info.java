/**
 * The wire format of a policy's weights: a manifest frame that lists the tensors, then the tensors
 * in its order, divided into chunks. Every frame has a version and a CRC-32C checksum. Read {@link
 * io.troupe.protocols.weights.WeightFrame} for the layout.
 */
package io.troupe.protocols.weights;
