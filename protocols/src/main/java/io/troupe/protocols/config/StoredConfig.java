package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Map;

/**
 * The configuration in a run directory, which an older version may have written. The rules:
 *
 * <ul>
 *   <li>{@code config.conf} records every key, defaults included. A default that changes later does
 *       not change the run.
 *   <li>A key that was added later is missing; it has today's default. Therefore the default of a
 *       new key must keep the previous behavior.
 *   <li>A key that was renamed is read under its old name: see {@link #RENAMED}.
 *   <li>A key that no longer exists is ignored; {@link #ignoredKeys} lists it for a warning. In a
 *       file of the user an unknown key is an error.
 *   <li>A run without {@code kind} is supervised if it has {@code epochs}, and GRPO otherwise.
 * </ul>
 *
 * @param kind kind of the run
 * @param config its settings, under today's keys
 */
public record StoredConfig(RunKind kind, Config config) {
  /** Today's path of each key that was renamed, by its old path. Add a line for each renaming. */
  private static final Map<RunKind, Map<String, String>> RENAMED =
      Map.of(
          RunKind.GRPO,
          Map.of("data.prompt-max-tokens", "data.prompt-prefix-tokens"),
          RunKind.SUPERVISED,
          Map.of());

  private static final String KIND = "kind";

  /**
   * Reads the settings of a run, of any version.
   *
   * @throws IllegalArgumentException if its kind is unknown
   */
  public static StoredConfig of(Config written) {
    RunKind kind = kind(written);
    return new StoredConfig(kind, rename(written, RENAMED.get(kind)));
  }

  private static RunKind kind(Config written) {
    if (written.hasPath(KIND)) {
      return RunKind.named(written.getString(KIND));
    }
    return written.hasPath("epochs") ? RunKind.SUPERVISED : RunKind.GRPO;
  }

  /** Moves the values of old paths to the new ones; a value under the new path has precedence. */
  static Config rename(Config written, Map<String, String> renamed) {
    Config config = written;
    for (Map.Entry<String, String> path : renamed.entrySet()) {
      if (written.hasPath(path.getKey())) {
        config =
            config
                .withoutPath(path.getKey())
                .withFallback(written.getValue(path.getKey()).atPath(path.getValue()));
      }
    }
    return config;
  }

  /** Paths of keys that this version does not know and ignores. */
  public List<String> ignoredKeys() {
    Section section =
        switch (kind) {
          case GRPO -> RunConfig.SECTION;
          case SUPERVISED -> TrainConfig.SECTION;
        };
    return section.unknownPaths(config.root());
  }
}
