package io.troupe.deploy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reward on the command line: {@code numeric-match}, {@code length:0.5} with a weight, {@code
 * required-words:0.5,words=cat dog} with a weight and settings, or a HOCON object in braces.
 */
public final class RewardArgument {
  private static final Pattern COMPACT =
      Pattern.compile("([a-z][a-z-]*)(?::([^,]*))?(?:,(.*))?", Pattern.DOTALL);

  /** A comma separates settings only before the next key, so that values may contain commas. */
  private static final Pattern NEXT_KEY = Pattern.compile(",\\s*(?=[a-z][a-z-]*=)");

  private RewardArgument() {}

  /**
   * Parses a reward to an entry of {@code rewards}.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static Config parse(String argument) {
    if (argument.stripLeading().startsWith("{")) {
      return parseObject(argument);
    }
    Matcher compact = COMPACT.matcher(argument.strip());
    if (!compact.matches()) {
      throw malformed(argument);
    }
    Config entry =
        ConfigFactory.empty().withValue("name", ConfigValueFactory.fromAnyRef(compact.group(1)));
    if (compact.group(2) != null) {
      entry = entry.withValue("weight", ConfigValueFactory.fromAnyRef(weight(argument, compact)));
    }
    return compact.group(3) == null ? entry : withSettings(entry, argument, compact.group(3));
  }

  private static Config parseObject(String argument) {
    try {
      return ConfigFactory.parseString(argument).resolve();
    } catch (ConfigException e) {
      throw new IllegalArgumentException("--reward " + argument + ": " + e.getMessage(), e);
    }
  }

  private static double weight(String argument, Matcher compact) {
    try {
      return Double.parseDouble(compact.group(2).strip());
    } catch (NumberFormatException e) {
      throw malformed(argument);
    }
  }

  private static Config withSettings(Config entry, String argument, String settings) {
    Config extended = entry;
    for (String setting : NEXT_KEY.split(settings.strip())) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw malformed(argument);
      }
      extended =
          extended.withValue(
              setting.substring(0, equals).strip(),
              ConfigValueFactory.fromAnyRef(setting.substring(equals + 1).strip()));
    }
    return extended;
  }

  private static IllegalArgumentException malformed(String argument) {
    return new IllegalArgumentException(
        "--reward must be NAME, NAME:WEIGHT or NAME:WEIGHT,KEY=VALUE,..., got '" + argument + "'");
  }
}
