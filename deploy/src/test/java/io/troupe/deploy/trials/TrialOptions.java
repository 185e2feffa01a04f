package io.troupe.deploy.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The parameters and options of programs that make trials. */
public final class TrialOptions {
  @Parameters(paramLabel = "TROUPE", description = "The launcher of Troupe.")
  private Path troupe;

  @Parameters(paramLabel = "DIR", description = "A new directory for the files of the trials.")
  private Path directory;

  @Option(names = "--coordinator-nodes", defaultValue = "1")
  private int coordinators;

  @Option(names = "--learners", defaultValue = "2")
  private int learners;

  @Option(names = "--rollouts", defaultValue = "2")
  private int rollouts;

  @Option(names = "--reward-nodes", defaultValue = "0")
  private int rewards;

  /** Options with their defaults. */
  public TrialOptions() {}

  /**
   * Creates the directory, and describes the cluster.
   *
   * @param steps of a run
   * @param spares spare processes of the cluster
   */
  public TrialSetup setup(int steps, int spares) throws IOException {
    Files.createDirectories(directory);
    return new TrialSetup(
        List.of(troupe.toAbsolutePath().toString()),
        directory.toAbsolutePath(),
        LocalRun.settings(steps),
        coordinators,
        learners,
        rollouts,
        rewards,
        spares);
  }
}
