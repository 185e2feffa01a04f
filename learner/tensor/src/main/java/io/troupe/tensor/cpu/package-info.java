/**
 * The backend that computes on the CPU: FLOAT32 with the Vector API, FLOAT64 with plain loops that
 * serve as the reference of gradient checks.
 *
 * <p>{@link io.troupe.tensor.cpu.CpuBackend} has one group of kernels per kind of operation, each
 * in a subpackage. Kernels are split into parts that depend on shapes alone, so results do not
 * depend on the number of threads.
 */
package io.troupe.tensor.cpu;
