package io.troupe.deploy.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.troupe.actors.run.RunDirectory;
import io.troupe.data.json.FiniteJson;
import io.troupe.nn.checkpoint.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How many processes a cluster on one machine has; {@code cluster.json} of the run directory.
 *
 * @param coordinators 1 or 3
 * @param learners at least 1
 * @param rollouts processes that sample, at least 1
 * @param rewards processes that score; 0 if those that sample do
 */
public record ClusterSize(int coordinators, int learners, int rollouts, int rewards) {
  private static final String FILE = "cluster.json";

  /** Checks the ranges, naming the options. */
  public ClusterSize {
    if (coordinators != 1 && coordinators != 3) {
      throw new IllegalArgumentException("--coordinator-nodes must be 1 or 3, got " + coordinators);
    }
    requireAtLeast("--learners", learners, 1);
    requireAtLeast("--rollouts", rollouts, 1);
    requireAtLeast("--reward-nodes", rewards, 0);
  }

  private static void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(option + " must be >= " + least + ", got " + value);
    }
  }

  /**
   * The size that the cluster of a run had last; empty if it had none on one machine.
   *
   * @throws io.troupe.actors.run.RunDirectoryException if the file cannot be read
   */
  public static Optional<ClusterSize> of(Path run) {
    Path file = run.resolve(FILE);
    try {
      return Files.exists(file)
          ? Optional.of(FiniteJson.read(Files.readString(file), ClusterSize.class))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw RunDirectory.failure(run, e);
    }
  }

  void write(Path run) throws IOException {
    WholeFile.write(run.resolve(FILE), FiniteJson.indented(this) + "\n");
  }
}
