package io.troupe.actors.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** The configuration of the actor system: section {@code troupe-actors}. */
public final class SystemConfig {
  private SystemConfig() {}

  /** Loads the section, with Pekko's defaults for all other keys. */
  public static Config load() {
    Config all = ConfigFactory.load();
    return all.getConfig("troupe-actors").withFallback(all);
  }
}
