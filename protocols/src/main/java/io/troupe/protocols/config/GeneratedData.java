package io.troupe.protocols.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Data that is made from a seed; its name is used in the place of a path. */
public enum GeneratedData {
  /** Pictures of colored shapes. */
  SHAPES,
  /** Simulated systems of charged particles. */
  NBODY;

  /** The name on the command line, such as {@code shapes}. */
  public String dataName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The data of a name; empty for a path. */
  public static Optional<GeneratedData> named(String data) {
    return Arrays.stream(values()).filter(kind -> kind.dataName().equals(data)).findFirst();
  }
}
