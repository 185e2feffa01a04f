/**
 * Operations with their gradients. Each class checks shapes, calls the backend and records the
 * gradient function; {@link io.troupe.tensor.autograd.BackwardPass} computes gradients from the
 * recorded graph. Read {@link io.troupe.tensor.autograd.MatrixProducts} first.
 */
package io.troupe.tensor.autograd;
