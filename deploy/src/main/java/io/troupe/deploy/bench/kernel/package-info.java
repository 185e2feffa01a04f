/**
 * Kernels with the shapes of the models of the other benchmarks: {@link
 * io.troupe.deploy.bench.kernel.KernelGroup} lists them, {@link
 * io.troupe.deploy.bench.kernel.KernelCase} is one call with its work, and {@link
 * io.troupe.deploy.bench.kernel.KernelRates} measures it beside its limit.
 */
package io.troupe.deploy.bench.kernel;
