/**
 * The reference backend, composed of ND4J operations, and the view of a tensor as an {@code
 * INDArray}. Read {@link io.troupe.tensor.nd4j.NdArrays} first (the sharing of memory), then {@link
 * io.troupe.tensor.nd4j.Nd4jBackend}. Tests compare the fast backend with it, so it is written for
 * correctness, not speed. Only this package uses ND4J, which takes seconds to start.
 */
package io.troupe.tensor.nd4j;
