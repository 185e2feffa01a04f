package io.troupe.actors.grpo;

import io.troupe.training.checkpoint.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The position of a checkpoint of a clustered run in the experience log.
 *
 * @param nextRecord index of the record that follows
 */
record LogPosition(long nextRecord) {
  private static final String FILE = "log-position.json";
  private static final StateFile JSON = new StateFile(Map.of());

  void write(Path checkpoint) throws IOException {
    JSON.write(checkpoint.resolve(FILE), this);
  }

  static LogPosition read(Path checkpoint) throws IOException {
    return JSON.read(checkpoint.resolve(FILE), LogPosition.class);
  }
}
