package io.troupe.deploy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the user set, and what lies below it: defaults, then the built-in task or the model's
 * recipe, then the file, then the flags, of which {@code --set} is the last.
 *
 * @param reference every key there is
 */
public record SettingLayers(SettingReference reference) {
  /**
   * What a file sets; its keys may stand in the section of that name or by themselves.
   *
   * @throws IllegalArgumentException if it is missing, no HOCON, or has an unknown key
   */
  public Config file(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("there is no file " + file + ": --config names a file");
    }
    try {
      ConfigParseOptions options = ConfigParseOptions.defaults().setAllowMissing(false);
      Config config = ConfigFactory.parseFile(file.toFile(), options).resolve();
      String section = reference.section().path();
      return requireKnown(
          file.toString(), config.hasPath(section) ? config.getConfig(section) : config);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * What {@code --set key=value} sets.
   *
   * @throws IllegalArgumentException if it is no HOCON, or the key is unknown
   */
  public Config assignments(List<String> typed) {
    Config config = ConfigFactory.empty();
    for (String assignment : typed) {
      try {
        Config one = ConfigFactory.parseString(assignment).resolve();
        config = requireKnown("--set " + assignment, one).withFallback(config);
      } catch (ConfigException e) {
        throw new IllegalArgumentException(
            "--set " + assignment + " cannot be read: write --set key=value", e);
      }
    }
    return config;
  }

  /** What {@code --reward} sets; nothing if it was not typed. */
  public static Config rewards(List<String> typed) {
    if (typed.isEmpty()) {
      return ConfigFactory.empty();
    }
    List<ConfigObject> entries =
        typed.stream().map(reward -> RewardArgument.parse(reward).root()).toList();
    return ConfigFactory.empty()
        .withValue("rewards", ConfigValueFactory.fromIterable(entries, "--reward"));
  }

  /**
   * What the user set, with everything else filled in.
   *
   * @param suited what suits the task or the model; what it does not set is as by default
   */
  public Config complete(Config user, Config suited) {
    Config config = user.withFallback(suited).withFallback(reference.defaults()).resolve();
    for (String path : reference.section().files()) {
      // a key of another type is refused, with its name, when the configuration is read
      if (config.hasPath(path) && config.getValue(path).valueType() == ConfigValueType.STRING) {
        String name = config.getString(path);
        String full = name.isEmpty() ? name : Path.of(name).toAbsolutePath().normalize().toString();
        config = config.withValue(path, ConfigValueFactory.fromAnyRef(full));
      }
    }
    return config;
  }

  /**
   * Refuses settings that there are not.
   *
   * @param where they stand, for the error
   * @throws IllegalArgumentException naming the first
   */
  public Config requireKnown(String where, Config config) {
    List<String> paths = new ArrayList<>();
    collect("", config.root(), paths);
    for (String path : paths) {
      if (!reference.isKnown(path)) {
        TreeSet<String> known = new TreeSet<>(reference.sectionComments().keySet());
        reference.settings().forEach(setting -> known.add(setting.path()));
        throw new IllegalArgumentException(
            where + ": there is no setting " + path + Spelling.suggestion(path, known));
      }
    }
    return config;
  }

  private static void collect(String prefix, ConfigObject object, List<String> paths) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String path = prefix + entry.getKey();
      if (entry.getValue() instanceof ConfigObject section) {
        collect(path + ".", section, paths);
      } else {
        paths.add(path);
      }
    }
  }
}
