package io.troupe.deploy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reward as it is typed: {@code numeric-match}, {@code length:0.5} with a weight, {@code
 * required-words:0.5,words=cat dog} with a weight and settings, or a HOCON object in braces.
 */
public final class RewardArgument {
  private static final Pattern COMPACT =
      Pattern.compile("([a-z][a-z-]*)(?::([^,]*))?(?:,(.*))?", Pattern.DOTALL);

  /** A comma parts settings only before the next key, so that values may hold commas. */
  private static final Pattern NEXT_KEY = Pattern.compile(",\\s*(?=[a-z][a-z-]*=)");

  private RewardArgument() {}

  /**
   * The entry of {@code rewards} that it stands for.
   *
   * @throws IllegalArgumentException if it cannot be read, in one line that shows how to write it
   */
  public static Config parse(String typed) {
    if (typed.stripLeading().startsWith("{")) {
      return parseObject(typed);
    }
    Matcher compact = COMPACT.matcher(typed.strip());
    if (!compact.matches()) {
      throw unreadable(typed);
    }
    Config entry =
        ConfigFactory.empty().withValue("name", ConfigValueFactory.fromAnyRef(compact.group(1)));
    if (compact.group(2) != null) {
      entry = entry.withValue("weight", ConfigValueFactory.fromAnyRef(weight(typed, compact)));
    }
    return compact.group(3) == null ? entry : withSettings(entry, typed, compact.group(3));
  }

  private static Config parseObject(String typed) {
    try {
      return ConfigFactory.parseString(typed).resolve();
    } catch (ConfigException e) {
      throw new IllegalArgumentException("--reward " + typed + ": " + e.getMessage(), e);
    }
  }

  private static double weight(String typed, Matcher compact) {
    try {
      return Double.parseDouble(compact.group(2).strip());
    } catch (NumberFormatException e) {
      throw unreadable(typed);
    }
  }

  private static Config withSettings(Config entry, String typed, String settings) {
    Config extended = entry;
    for (String setting : NEXT_KEY.split(settings.strip())) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw unreadable(typed);
      }
      extended =
          extended.withValue(
              setting.substring(0, equals).strip(),
              ConfigValueFactory.fromAnyRef(setting.substring(equals + 1).strip()));
    }
    return extended;
  }

  private static IllegalArgumentException unreadable(String typed) {
    return new IllegalArgumentException(
        "--reward '"
            + typed
            + "' cannot be read: write NAME, NAME:WEIGHT or NAME:WEIGHT,KEY=VALUE,...");
  }
}
