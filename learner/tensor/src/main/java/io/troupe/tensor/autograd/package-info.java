/**
 * Operations with their gradients. Each class checks shapes, lets the backend compute and records
 * how a gradient flows back; {@link io.troupe.tensor.autograd.BackwardPass} walks what was
 * recorded. Read {@link io.troupe.tensor.autograd.MatrixProducts} first.
 */
package io.troupe.tensor.autograd;
