/**
 * Metrics for Prometheus: {@link io.troupe.serving.metrics.ServingMetrics}, and a {@link
 * io.troupe.serving.metrics.RequestObserver} for each request.
 */
package io.troupe.serving.metrics;
