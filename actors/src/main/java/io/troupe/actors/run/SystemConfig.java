package io.troupe.actors.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** How Troupe sets Pekko's actor systems up: section {@code troupe-actors} of the configuration. */
public final class SystemConfig {
  private SystemConfig() {}

  /** The section, and Pekko's defaults under it. */
  public static Config load() {
    Config all = ConfigFactory.load();
    return all.getConfig("troupe-actors").withFallback(all);
  }
}
