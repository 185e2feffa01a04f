package io.troupe.serving.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingStatistics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServingMetricsTest {
  private final ServingMetrics metrics = new ServingMetrics("m", 1000);

  @Test
  void namesAreThoseOfVllm() {
    metrics.watch(() -> new DecodingStatistics(3, 2, 5, 10, 100, 40, 60, 7, 6, 9));
    metrics.watchVersion(() -> 12L);
    RequestObserver request = metrics.request();
    request.onToken(0, 0, System.nanoTime());
    request.onToken(0, 0, System.nanoTime());
    SampledGroup group =
        new SampledGroup(
            new GroupSpec(0, new Prompt(0, "", new int[] {1, 2, 3}, Map.of()), 1, 0),
            List.of(
                new Completion(
                    0,
                    new int[2],
                    new float[2],
                    new long[2],
                    "",
                    new FinishReason.LengthLimit(2))));
    request.onCompleted(new RequestCompleted(group, List.of(), 0));
    request.onEnd();
    metrics.refused();
    assertThat(metrics.scrape())
        .contains("troupe_time_to_first_token_seconds_bucket{model_name=\"m\",le=\"0.001\"}")
        .contains("troupe_time_to_first_token_seconds_count{model_name=\"m\"} 1")
        .contains("troupe_inter_token_latency_seconds_count{model_name=\"m\"} 1")
        .contains("troupe_request_queue_time_seconds_count{model_name=\"m\"} 1")
        .contains("troupe_request_prefill_time_seconds_count{model_name=\"m\"} 1")
        .contains("troupe_e2e_request_latency_seconds_count{model_name=\"m\"} 1")
        .contains("troupe_request_prompt_tokens_bucket{model_name=\"m\",le=\"5.0\"} 1")
        .contains("troupe_prompt_tokens_total{model_name=\"m\"} 3.0")
        .contains("troupe_generation_tokens_total{model_name=\"m\"} 2.0")
        .contains("troupe_request_success_total{finished_reason=\"length\",model_name=\"m\"} 1.0")
        .contains("troupe_request_refused_total{model_name=\"m\"} 1.0")
        .contains("troupe_num_requests_running{model_name=\"m\"} 3.0")
        .contains("troupe_num_requests_waiting{model_name=\"m\"} 2.0")
        .contains("troupe_kv_cache_usage_perc{model_name=\"m\"} 0.5")
        .contains("troupe_prefix_cache_queries_total{model_name=\"m\"} 100.0")
        .contains("troupe_prefix_cache_hits_total{model_name=\"m\"} 40.0")
        .contains("troupe_num_preemptions_total{model_name=\"m\"} 6.0")
        .contains("troupe_weights_version{model_name=\"m\"} 12.0");
  }
}
