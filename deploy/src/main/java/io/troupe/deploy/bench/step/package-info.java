/**
 * Training steps of supervised models on random data, with the networks, shapes and optimizers of
 * the PyTorch benchmarks in docs/performance.md. {@link io.troupe.deploy.bench.step.Workloads}
 * lists them.
 */
package io.troupe.deploy.bench.step;
