package io.troupe.deploy.bench.transport;

import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.deploy.bench.result.Timings;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Measures transfers between nodes of one process, each with a driver and threads of its own, over
 * UDP on the loopback interface. The carriers follow one another in each case: idle threads of
 * another carrier would take time.
 *
 * @param warmUps unmeasured repetitions, which also touch the memory of all buffers
 * @param repeats measured repetitions
 */
public record TransportBench(int warmUps, int repeats) {

  /** Receives results. */
  public interface Results {
    /** Receives one. */
    void accept(BenchResult result) throws Exception;
  }

  /** Opens a transfer. */
  private interface Case {
    Transfer open(Carrier carrier) throws Exception;
  }

  /**
   * Measures one body to several receivers.
   *
   * @param stopped number of stopped receivers in addition
   */
  public void broadcast(long bytes, int receivers, int stopped, Results results) throws Exception {
    String title =
        "%,d MB to %d%s"
            .formatted(
                bytes / 1_000_000, receivers, stopped == 0 ? "" : ", " + stopped + " stopped");
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("bytes", bytes);
    settings.put("receivers", receivers);
    settings.put("stopped", stopped);
    measure(
        title,
        settings,
        (double) bytes * receivers,
        carrier -> Transfer.broadcast(carrier, bytes, receivers, stopped),
        results);
  }

  /** Measures one body in each direction between two nodes at once. */
  public void exchange(String name, long bytes, Results results) throws Exception {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("bytes", bytes);
    measure(
        "%s, %,d MB both ways".formatted(name, bytes / 1_000_000),
        settings,
        2.0 * bytes,
        carrier -> Transfer.exchange(carrier, bytes),
        results);
  }

  private void measure(
      String title, Map<String, Object> settings, double bytes, Case transfers, Results results)
      throws Exception {
    Map<Carrier, Timings> timings = new EnumMap<>(Carrier.class);
    for (Carrier carrier : Carrier.values()) {
      try (Transfer transfer = transfers.open(carrier)) {
        timings.put(carrier, Timings.of(warmUps, repeats, transfer::run));
      }
    }
    report(title, settings, bytes, timings, results);
  }

  private static void report(
      String title,
      Map<String, Object> settings,
      double bytes,
      Map<Carrier, Timings> timings,
      Results results)
      throws Exception {
    double baseline = timings.get(Carrier.AERON).median();
    for (Carrier carrier : Carrier.values()) {
      Map<String, Object> all = new LinkedHashMap<>(settings);
      all.put("carrier", carrier.toString());
      results.accept(
          new BenchResult(
              "transport",
              title + ", " + carrier,
              all,
              "MB",
              bytes * 1e-6,
              timings.get(carrier),
              OptionalDouble.of(baseline),
              Map.of("times_aeron", timings.get(carrier).median() / baseline)));
    }
  }
}
