package io.troupe.deploy.bench.serve;

import io.troupe.deploy.bench.serve.LoadGenerator.Load;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The result of a load. Tokens and latencies are those of completed requests.
 *
 * @param duration seconds from the first arrival to the end of the last request
 * @param completed number of complete answers
 * @param rejected number of requests that the endpoint did not accept (429)
 * @param failed number of other requests
 * @param totalInputTokens tokens of the prompts
 * @param totalOutputTokens tokens of the completions
 * @param goodput the objectives
 * @param good number of completed requests that met them
 * @param ttft time to the first token
 * @param tpot mean time per token after the first, per request
 * @param itl time between arrivals, over all requests
 * @param e2el time to the last token
 */
record ServeMetrics(
    double duration,
    int completed,
    int rejected,
    int failed,
    long totalInputTokens,
    long totalOutputTokens,
    Goodput goodput,
    int good,
    Distribution ttft,
    Distribution tpot,
    Distribution itl,
    Distribution e2el) {

  /** Summarizes a load. */
  static ServeMetrics of(Load load, Goodput goodput) {
    List<Outcome.Completed> completed = select(load, Outcome.Completed.class);
    return new ServeMetrics(
        load.durationNs() * 1e-9,
        completed.size(),
        select(load, Outcome.Rejected.class).size(),
        select(load, Outcome.Failed.class).size(),
        completed.stream().mapToLong(Outcome.Completed::inputTokens).sum(),
        completed.stream().mapToLong(Outcome.Completed::outputTokens).sum(),
        goodput,
        (int) completed.stream().filter(one -> goodput.isMetBy(one.latency())).count(),
        distribution(completed, one -> one.latency().ttft()),
        distribution(completed, one -> one.latency().tpot()),
        Distribution.of(
            completed.stream()
                .flatMapToDouble(one -> Arrays.stream(one.latency().itl()))
                .toArray()),
        distribution(completed, one -> one.latency().e2el()));
  }

  private static <T extends Outcome> List<T> select(Load load, Class<T> type) {
    return load.outcomes().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static Distribution distribution(
      List<Outcome.Completed> completed, ToDoubleFunction<Outcome.Completed> latency) {
    return Distribution.of(completed.stream().mapToDouble(latency).toArray());
  }

  /** A number per second of the load. */
  double perSecond(double number) {
    return number / duration;
  }

  /** The figures under the names of {@code vllm bench serve}, and {@code rejected}. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("duration", duration);
    map.put("completed", completed);
    map.put("failed", failed);
    map.put("rejected", rejected);
    map.put("total_input_tokens", totalInputTokens);
    map.put("total_output_tokens", totalOutputTokens);
    map.put("request_throughput", perSecond(completed));
    map.put("request_goodput", goodput.isDefined() ? perSecond(good) : null);
    map.put("output_throughput", perSecond(totalOutputTokens));
    map.put("total_token_throughput", perSecond(totalInputTokens + totalOutputTokens));
    ttft.addTo(map, "ttft");
    tpot.addTo(map, "tpot");
    itl.addTo(map, "itl");
    e2el.addTo(map, "e2el");
    return map;
  }
}
