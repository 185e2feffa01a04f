/**
 * Benchmarks on this machine: {@link io.troupe.deploy.bench.BenchCommand} runs GRPO, decoding or a
 * training step on models with random weights, and compares each time with the minimum that {@link
 * io.troupe.deploy.bench.MachineLimits} derives from the machine's rates. Shapes, batches and
 * lengths are those of the PyTorch benchmarks in docs/performance.md.
 */
package io.troupe.deploy.bench;
