package io.troupe.deploy.bench;

import io.troupe.deploy.bench.transport.TransportBench;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe bench transport}. */
@Command(
    name = "transport",
    sortOptions = false,
    description = {
      "Measures the bulk transport between nodes of a cluster, on this machine.",
      "Each node has a media driver and threads of its own. The floor is the median of plain Aeron"
          + " over the same channels in the same run."
    })
final class TransportBenchCommand implements Callable<Integer> {
  private static final int LARGEST_MB = 2000;

  @Option(
      names = "--megabytes",
      defaultValue = "100",
      paramLabel = "N",
      description = "Size of the weights in 10^6 bytes (default: ${DEFAULT-VALUE}).")
  private int megabytes;

  @Option(
      names = "--receivers",
      split = ",",
      defaultValue = "1,4",
      paramLabel = "N",
      description = "Numbers of receivers of the weights (default: ${DEFAULT-VALUE}).")
  private List<Integer> receivers;

  @Option(
      names = "--stopped",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Number of receivers, of the largest number, that stop reading in one more case; 0 omits"
              + " it (default: ${DEFAULT-VALUE}).")
  private int stopped;

  @Option(
      names = "--gradients",
      defaultValue = "110m",
      description =
          "Size of the model whose gradients two nodes exchange: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}).")
  private BenchShape gradients;

  @Mixin private Repetitions repetitions;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws Exception {
    repetitions.check(options);
    options.require(
        megabytes >= 1 && megabytes <= LARGEST_MB,
        "--megabytes",
        megabytes,
        "from 1 to " + LARGEST_MB);
    options.requireCounts(receivers);
    int most = receivers.stream().mapToInt(Integer::intValue).max().orElseThrow();
    options.require(
        stopped >= 0 && (stopped == 0 || stopped < most),
        "--stopped",
        stopped,
        "0 or more, and fewer than the receivers");
    options.require(
        gradients.weightBytes() <= Integer.MAX_VALUE,
        "--gradients",
        gradients,
        "a model of at most 2 GiB, which plain Aeron sends from one buffer");
    return options.measure(session -> measure(session, most));
  }

  private void measure(BenchSession session, int most) throws Exception {
    TransportBench bench = new TransportBench(repetitions.warmUps(), repetitions.repeats());
    TransportBench.Results results = session.report()::add;
    long bytes = megabytes * 1_000_000L;
    for (int count : receivers) {
      bench.broadcast(bytes, count, 0, results);
    }
    if (stopped > 0) {
      bench.broadcast(bytes, most - stopped, stopped, results);
    }
    bench.exchange("gradients of " + gradients, gradients.weightBytes(), results);
  }
}
