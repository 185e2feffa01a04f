/**
 * The portable backend: every operation put together from ND4J's own, and the view of a tensor as
 * an {@code INDArray}. Read {@link io.troupe.tensor.nd4j.NdArrays} first (the sharing of memory),
 * then {@link io.troupe.tensor.nd4j.Nd4jBackend}. It is the reference that tests hold the fast
 * backend to, so it is written for truth, not speed. Only this package touches ND4J: its seconds of
 * start-up are paid by who uses it.
 */
package io.troupe.tensor.nd4j;
