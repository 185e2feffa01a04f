/**
 * Load for a running endpoint, and its latency: {@link io.troupe.deploy.bench.serve.LoadGenerator}
 * sends {@link io.troupe.deploy.bench.serve.LoadRequest}s at the times of a {@link
 * io.troupe.deploy.bench.serve.RequestSchedule} through a {@link
 * io.troupe.deploy.bench.serve.CompletionClient}, and {@link
 * io.troupe.deploy.bench.serve.ServeMetrics} summarizes the outcomes under the names of {@code vllm
 * bench serve}. Start with {@link io.troupe.deploy.bench.serve.ServeBench}.
 */
package io.troupe.deploy.bench.serve;
