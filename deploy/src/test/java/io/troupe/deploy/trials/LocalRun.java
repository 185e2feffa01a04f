package io.troupe.deploy.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The same run in one process, without faults.
 *
 * @param directory of the run
 */
public record LocalRun(Path directory) {
  private static final Path WEIGHTS = Path.of("checkpoints", "final", "model.safetensors");

  /** Makes the run of a trial in one process. */
  public static LocalRun of(TrialSetup setup) throws IOException, InterruptedException {
    Path directory = setup.run("local");
    Path output = setup.directory().resolve("local.txt");
    Process process =
        new ProcessBuilder(setup.local(directory))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    if (process.waitFor() != 0) {
      throw new IOException(Files.readString(output));
    }
    return new LocalRun(directory);
  }

  /** Whether another run has ended with the same weights. */
  public boolean hasWeightsOf(Path run) throws IOException {
    return hasEnded(run) && Files.mismatch(directory.resolve(WEIGHTS), run.resolve(WEIGHTS)) == -1;
  }

  /** Whether a run has its final weights. */
  public static boolean hasEnded(Path run) {
    return Files.exists(run.resolve(WEIGHTS));
  }

  /** Options of a run of the built-in task with small steps. */
  public static List<String> settings(int steps) {
    return List.of(
        "--seed",
        "7",
        "--steps",
        Integer.toString(steps),
        "--groups-per-step",
        "8",
        "--num-generations",
        "8",
        "--gradient-shards",
        "4",
        "--threads",
        "1",
        "--max-held-out",
        "16",
        "--set",
        "warm-start.steps=50");
  }
}
