/**
 * Results of benchmarks: {@link io.troupe.deploy.bench.result.BenchResult} is one measurement,
 * {@link io.troupe.deploy.bench.result.Timings} its repetitions, {@link
 * io.troupe.deploy.bench.result.MachineLimits} the rates of this machine in the same process, and
 * {@link io.troupe.deploy.bench.result.Report} prints them as a table or as JSON lines. {@link
 * io.troupe.deploy.bench.result.Comparison} compares such lines of two commits, {@link
 * io.troupe.deploy.bench.result.ProcessSpread} those of several processes.
 */
package io.troupe.deploy.bench.result;
