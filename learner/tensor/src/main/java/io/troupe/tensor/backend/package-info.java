/**
 * The kernels of a device. {@link io.troupe.tensor.backend.Backend} is a composition of groups, one
 * interface per kind of operation. Implementations are {@code io.troupe.tensor.cpu} (the fast one)
 * and {@code io.troupe.tensor.nd4j} (the reference). This package does not record gradients.
 */
package io.troupe.tensor.backend;
