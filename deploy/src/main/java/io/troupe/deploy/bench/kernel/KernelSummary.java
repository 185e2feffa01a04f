package io.troupe.deploy.bench.kernel;

import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.deploy.bench.result.Timings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Totals over many kernels. */
public final class KernelSummary {
  /** Products with at least this many rows are limited by arithmetic. */
  private static final int MANY_ROWS = 64;

  private KernelSummary() {}

  /** For each network and pass, the time of all its convolutions; empty without convolutions. */
  public static List<BenchResult> networkTotals(List<BenchResult> results) {
    Map<String, List<BenchResult>> networks = new LinkedHashMap<>();
    for (BenchResult result : results) {
      Map<String, Object> settings = result.settings();
      if (settings.containsKey("network")) {
        String name = settings.get("network") + ", all convolutions, " + settings.get("pass");
        networks.computeIfAbsent(name, _ -> new ArrayList<>()).add(result);
      }
    }
    return networks.entrySet().stream().map(e -> total(e.getKey(), e.getValue())).toList();
  }

  private static BenchResult total(String title, List<BenchResult> layers) {
    double seconds = 0;
    double floor = 0;
    double units = 0;
    for (BenchResult layer : layers) {
      int count = (int) layer.settings().get("layers");
      seconds += count * layer.timings().median();
      floor += count * layer.floorSeconds().orElseThrow();
      units += count * layer.units();
    }
    return new BenchResult(
        "kernels",
        title,
        Map.of("group", "totals"),
        layers.getFirst().unit(),
        units,
        new Timings(new double[] {seconds}),
        OptionalDouble.of(floor),
        Map.of());
  }

  /** The shares of the register rate that products with many rows reach; empty without products. */
  public static Optional<String> products(List<BenchResult> results) {
    List<BenchResult> products =
        results.stream()
            .filter(r -> r.settings().get("group").equals(KernelGroup.PRODUCTS.toString()))
            .filter(r -> (int) r.settings().get("m") >= MANY_ROWS)
            .sorted(Comparator.comparingDouble(KernelSummary::share))
            .toList();
    return products.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "products with %d or more rows: median %.0f %% of the register rate, minimum %.0f %% (%s)"
                .formatted(
                    MANY_ROWS,
                    100 * share(products.get(products.size() / 2)),
                    100 * share(products.getFirst()),
                    products.getFirst().title()));
  }

  private static double share(BenchResult result) {
    return result.shareOfFloor().orElseThrow();
  }
}
