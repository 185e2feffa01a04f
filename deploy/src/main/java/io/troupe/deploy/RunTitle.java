package io.troupe.deploy;

import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.config.TrainConfig;
import java.nio.file.Path;

/** Title of a run, in one line. */
final class RunTitle {
  private RunTitle() {}

  static String of(RunConfig config) {
    String what =
        config.task().isEmpty()
            ? Path.of(config.model()).getFileName()
                + " on "
                + Path.of(config.data().train()).getFileName()
            : config.task();
    return "troupe: GRPO, %s, %d steps of %d x %d samples, seed %d"
        .formatted(
            what,
            config.steps(),
            config.groupsPerStep(),
            config.grpo().numGenerations(),
            config.seed());
  }

  static String of(TrainConfig config) {
    return "troupe: %s on %s, %d %s, seed %d"
        .formatted(
            config.model(),
            Path.of(config.data()).getFileName(),
            config.epochs(),
            config.epochs() == 1 ? "epoch" : "epochs",
            config.seed());
  }
}
