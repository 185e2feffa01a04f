package io.troupe.deploy.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Which coordinator nodes of a run were its coordinator, by their output. */
public final class LeaderEpochs {
  private LeaderEpochs() {}

  /** Number of epochs in which more than one node, or one node twice, was the coordinator. */
  public static int numShared(Path run) throws IOException {
    Set<Long> seen = new HashSet<>();
    Set<Long> shared = new HashSet<>();
    try (var outputs = Files.newDirectoryStream(run.resolve("nodes"), "coordinator-*.txt")) {
      for (Path output : outputs) {
        for (long epoch : new NodeOutput(output).epochs()) {
          if (!seen.add(epoch)) {
            shared.add(epoch);
          }
        }
      }
    }
    return shared.size();
  }
}
