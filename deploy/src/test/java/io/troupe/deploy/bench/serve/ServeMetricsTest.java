package io.troupe.deploy.bench.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.deploy.bench.serve.LoadGenerator.Load;
import io.troupe.deploy.bench.serve.TokenArrivals.Latency;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServeMetricsTest {
  private static final Load LOAD =
      new Load(
          List.of(
              new Outcome.Completed(new Latency(100, 20, new double[] {15, 25}, 140), 8, 3),
              new Outcome.Completed(new Latency(300, 60, new double[] {60}, 360), 8, 2),
              new Outcome.Completed(new Latency(200, Double.NaN, new double[0], 200), 4, 1),
              new Outcome.Rejected(),
              new Outcome.Failed("status 500: x")),
          2_000_000_000L);

  @Test
  void figuresHaveTheNamesOfVllm() {
    Map<String, Object> map =
        ServeMetrics.of(LOAD, Goodput.parse(List.of("ttft:200", "tpot:50"))).toMap();
    assertThat(map)
        .containsEntry("completed", 3)
        .containsEntry("rejected", 1)
        .containsEntry("failed", 1)
        .containsEntry("duration", 2.0)
        .containsEntry("total_input_tokens", 20L)
        .containsEntry("total_output_tokens", 6L)
        .containsEntry("request_throughput", 1.5)
        .containsEntry("request_goodput", 1.0)
        .containsEntry("output_throughput", 3.0)
        .containsEntry("total_token_throughput", 13.0)
        .containsEntry("mean_ttft_ms", 200.0)
        .containsEntry("median_ttft_ms", 200.0)
        .containsEntry("p99_ttft_ms", 298.0)
        .containsEntry("mean_tpot_ms", 40.0)
        .containsEntry("median_itl_ms", 25.0)
        .containsEntry("median_e2el_ms", 200.0);
    for (String name : List.of("ttft", "tpot", "itl", "e2el")) {
      assertThat(map)
          .containsKeys(
              "mean_" + name + "_ms",
              "median_" + name + "_ms",
              "std_" + name + "_ms",
              "p99_" + name + "_ms");
    }
  }

  @Test
  void goodputIsMissingWithoutObjectives() {
    assertThat(ServeMetrics.of(LOAD, Goodput.parse(List.of())).toMap())
        .containsEntry("request_goodput", null);
  }

  @Test
  void quantilesAreThoseOfNumpy() {
    // numpy.percentile([1, 2, 3, 10], [50, 99]), numpy.std
    Distribution distribution = Distribution.of(new double[] {10, 1, 3, 2, Double.NaN});
    assertThat(distribution.median()).isEqualTo(2.5);
    assertThat(distribution.p99()).isCloseTo(9.79, within(1e-12));
    assertThat(distribution.mean()).isEqualTo(4);
    assertThat(distribution.std()).isCloseTo(3.5355339059327378, within(1e-12));
    assertThat(Distribution.of(new double[0])).isEqualTo(new Distribution(0, 0, 0, 0));
  }

  @Test
  void objectivesAreCheckedByName() {
    for (String wrong :
        List.of("ttft", "ttft:", "ttft:x", "ttft:0", "ttft:-1", "itl:5", ":3", "")) {
      assertThatThrownBy(() -> Goodput.parse(List.of(wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("--goodput must be ttft:MS");
    }
    assertThat(Goodput.parse(List.of("e2el:1500", "ttft:200.5")))
        .hasToString("ttft 200.5 ms, e2el 1500 ms");
  }
}
