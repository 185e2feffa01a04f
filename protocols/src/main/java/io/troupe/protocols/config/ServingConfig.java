package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of an endpoint: where it listens, who may use it, and its limits.
 *
 * @param network addresses, keys and limits of connections
 * @param load limits of the decoder and of admission
 * @param timeouts of requests and of the process
 * @param servedModelName name of the model in the APIs; empty for the name of its directory or run
 * @param weightsRoot directory that contains every model directory whose weights a client may load;
 *     absent if clients cannot replace weights
 */
public record ServingConfig(
    NetworkConfig network,
    LoadConfig load,
    TimeoutConfig timeouts,
    String servedModelName,
    Optional<Path> weightsRoot) {

  /** Every key. */
  public static final Section SECTION = Section.of("troupe-serve", "The endpoint of troupe serve.");

  private static final Key<String> SERVED_MODEL_NAME =
      SECTION.add(
          "served-model-name",
          ValueType.TEXT,
          "",
          "Name of the model in the APIs. Empty: the name of its directory or run.");
  private static final Key<String> WEIGHTS_ROOT =
      SECTION.add(
          "weights-root",
          ValueType.PATH,
          "",
          "Directory whose model directories clients may load as new weights. Empty: clients cannot"
              + " replace weights.");

  static {
    SECTION.add(NetworkConfig.SECTION);
    SECTION.add(LoadConfig.SECTION);
    SECTION.add(TimeoutConfig.SECTION);
  }

  /**
   * Reads the settings under their names in kebab case; a missing key has its default.
   *
   * @throws IllegalArgumentException if a value has the wrong type or is out of range
   */
  public static ServingConfig from(Config config) {
    return new ServingConfig(
        NetworkConfig.from(NetworkConfig.SECTION.in(config)),
        LoadConfig.from(LoadConfig.SECTION.in(config)),
        TimeoutConfig.from(TimeoutConfig.SECTION.in(config)),
        SERVED_MODEL_NAME.read(config),
        path(WEIGHTS_ROOT, config));
  }

  static Optional<Path> path(Key<String> key, Config config) {
    String text = key.read(config);
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  static Range<Duration> positive() {
    return new Range<>(
        time -> time.isPositive() && time.compareTo(Duration.ofDays(365)) < 0,
        "above 0 and below 365 days",
        "");
  }
}
