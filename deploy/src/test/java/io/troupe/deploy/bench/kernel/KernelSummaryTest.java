package io.troupe.deploy.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.deploy.bench.result.Timings;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class KernelSummaryTest {
  @Test
  void networkTotalCountsEveryLayer() {
    List<BenchResult> totals =
        KernelSummary.networkTotals(
            List.of(convolution(3, 2.0, 10, 1.0), convolution(1, 4.0, 30, 3.0)));
    assertThat(totals).hasSize(1);
    BenchResult total = totals.getFirst();
    assertThat(total.title()).isEqualTo("net, all convolutions, forward");
    assertThat(total.timings().median()).isEqualTo(10);
    assertThat(total.units()).isEqualTo(60);
    assertThat(total.shareOfFloor()).hasValue(0.6);
  }

  @Test
  void productsWithFewRowsAreNotSummarized() {
    assertThat(
            KernelSummary.products(
                List.of(
                    product("slow", 64, 0.5), product("fast", 2048, 0.9), product("x", 8, 0.1))))
        .hasValue(
            "products with 64 or more rows: median 90 % of the register rate, minimum 50 % (slow)");
    assertThat(KernelSummary.products(List.of(convolution(1, 1, 1, 1)))).isEmpty();
  }

  private static BenchResult convolution(int layers, double seconds, double units, double floor) {
    Map<String, Object> settings =
        Map.of("group", "convolutions", "network", "net", "pass", "forward", "layers", layers);
    return result("convolution", settings, seconds, units, floor);
  }

  private static BenchResult product(String title, int m, double share) {
    return result(title, Map.of("group", "products", "m", m), 1, 1, share);
  }

  private static BenchResult result(
      String title, Map<String, Object> settings, double seconds, double units, double floor) {
    return new BenchResult(
        "kernels",
        title,
        settings,
        "GFLOP",
        units,
        new Timings(new double[] {seconds}),
        OptionalDouble.of(floor),
        Map.of());
  }
}
