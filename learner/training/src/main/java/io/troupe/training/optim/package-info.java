/**
 * Optimizers with PyTorch's formulas: {@link io.troupe.training.optim.Optimizer} first. They own
 * their state, which is saved as safetensors; the backend computes the updates in one pass over
 * memory per parameter. A step with a non-finite loss or gradient is not made: {@link
 * io.troupe.training.optim.NonFiniteLossException}.
 */
package io.troupe.training.optim;
