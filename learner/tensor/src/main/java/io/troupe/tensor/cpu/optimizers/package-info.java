/**
 * Parameter updates of SGD, Adam and AdamW in one pass over memory. Read {@link
 * io.troupe.tensor.cpu.optimizers.CpuOptimizers} first.
 */
package io.troupe.tensor.cpu.optimizers;
