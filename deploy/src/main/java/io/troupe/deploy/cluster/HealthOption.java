package io.troupe.deploy.cluster;

import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The option of a process that answers probes. */
public final class HealthOption {
  @Option(
      names = "--health-port",
      paramLabel = "PORT",
      description = "Port for /alive, /ready and /metrics; none by default.")
  private Integer port;

  /** The option with its default. */
  public HealthOption() {}

  /** The port for probes, if one is set. */
  public OptionalInt port() {
    return port == null ? OptionalInt.empty() : OptionalInt.of(port);
  }
}
