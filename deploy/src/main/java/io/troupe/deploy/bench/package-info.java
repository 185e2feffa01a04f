/**
 * Speed, measured on the machine at hand: {@link io.troupe.deploy.bench.BenchCommand} runs GRPO,
 * decoding or a plain training step on models of random weights, and sets the figures beside the
 * floor that {@link io.troupe.deploy.bench.MachineLimits} makes of the machine's own rates. The
 * work is that of the published peers' benchmarks: same shapes, same batches, same lengths.
 */
package io.troupe.deploy.bench;
