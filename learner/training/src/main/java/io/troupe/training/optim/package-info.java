/**
 * Optimizers with PyTorch's formulas: {@link io.troupe.training.optim.Optimizer} first. They own
 * their state in a scope of its own and save it as safetensors; the arithmetic is the backend's,
 * one pass over memory per parameter. A step whose loss or gradients are no numbers is not made:
 * {@link io.troupe.training.optim.NonFiniteLossException}.
 */
package io.troupe.training.optim;
