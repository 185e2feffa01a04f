package io.troupe.deploy.bench;

import io.troupe.actors.faults.load.CoordinatorLoad;
import io.troupe.actors.faults.load.CoordinatorLoad.Shape;
import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.deploy.bench.result.Timings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe bench coordinator}. */
@Command(
    name = "coordinator",
    sortOptions = false,
    description = {
      "Measures the coordinator of a cluster with its log on disk. Its nodes answer at once.",
      "An event is a change of a group: assigned, sampled, scored, trained."
    })
final class CoordinatorBenchCommand implements Callable<Integer> {
  private static final int NUM_REWARDS = 8;
  private static final int STEPS = 10;
  private static final int GROUPS_PER_STEP = 500;
  private static final int NUM_GENERATIONS = 8;

  @Option(
      names = "--rollouts",
      split = ",",
      paramLabel = "N",
      defaultValue = "100,1000",
      description = "Numbers of rollout nodes (default: ${DEFAULT-VALUE}).")
  private List<Integer> rollouts;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "128",
      description = "Tokens of a sample; groups have 8 samples (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Mixin private Repetitions repetitions;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws Exception {
    repetitions.check(options);
    options.requireCounts(rollouts);
    options.requireCounts(List.of(tokens));
    return options.measure(this::measure);
  }

  private void measure(BenchSession session) throws Exception {
    for (int number : rollouts) {
      Shape shape = new Shape(number, NUM_REWARDS, STEPS, GROUPS_PER_STEP, NUM_GENERATIONS, tokens);
      Timings timings =
          Timings.of(repetitions.warmUps(), repetitions.repeats(), () -> runInNewFolder(shape));
      session
          .report()
          .add(
              new BenchResult(
                  "coordinator",
                  "coordinator, %d rollout nodes, %d tokens".formatted(number, tokens),
                  Map.of("rollouts", number, "tokens", tokens),
                  "event",
                  shape.numGroups() * CoordinatorLoad.EVENTS_PER_GROUP,
                  timings,
                  OptionalDouble.empty(),
                  Map.of()));
    }
  }

  private static void runInNewFolder(Shape shape) throws IOException {
    Path folder = Files.createTempDirectory("troupe-coordinator");
    try {
      CoordinatorLoad.run(shape, folder);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
