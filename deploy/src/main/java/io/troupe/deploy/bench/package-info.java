/**
 * Benchmarks on this machine: {@link io.troupe.deploy.bench.BenchCommand} runs GRPO, decoding,
 * training steps or kernels, on models with random weights, and compares each time with the minimum
 * that {@link io.troupe.deploy.bench.result.MachineLimits} derives from the machine's rates.
 * Shapes, batches and lengths are those of the PyTorch benchmarks in docs/performance.md.
 */
package io.troupe.deploy.bench;
