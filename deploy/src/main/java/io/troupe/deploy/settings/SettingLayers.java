package io.troupe.deploy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.troupe.protocols.config.GeneratedData;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.config.Section;
import io.troupe.protocols.config.Section.Setting;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.protocols.config.ValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The layers of a run's configuration. The later one wins: defaults, the built-in task or the
 * model's recipe, the file, the options, and {@code --set}.
 *
 * @param section the outermost section, with every key
 */
public record SettingLayers(Section section) {
  /**
   * The settings of a file. They may be inside the outermost section or at the top level.
   *
   * @throws IllegalArgumentException if the file is missing, is not HOCON, or has an unknown key
   */
  public Config file(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("--config must be a file, got " + file);
    }
    try {
      ConfigParseOptions options = ConfigParseOptions.defaults().setAllowMissing(false);
      Config config = ConfigFactory.parseFile(file.toFile(), options).resolve();
      return requireKnown(file.toString(), ofSection(file, config));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The section's settings; a file with a section has no keys beside it that would be ignored. */
  private Config ofSection(Path file, Config config) {
    if (!config.hasPath(section.name())) {
      return config;
    }
    Config beside =
        config.withoutPath(RunConfig.SECTION.name()).withoutPath(TrainConfig.SECTION.name());
    if (!beside.isEmpty()) {
      throw new IllegalArgumentException(
          "%s must have all its settings in sections, got %s outside of %s"
              .formatted(file, beside.root().keySet().iterator().next(), section.name()));
    }
    return config.getConfig(section.name());
  }

  /**
   * The settings of {@code --set key=value}.
   *
   * @throws IllegalArgumentException if one is not HOCON, or the key is unknown
   */
  public Config assignments(List<String> arguments) {
    Config config = ConfigFactory.empty();
    for (String assignment : arguments) {
      try {
        Config one = ConfigFactory.parseString(assignment).resolve();
        config = requireKnown("--set " + assignment, one).withFallback(config);
      } catch (ConfigException e) {
        throw new IllegalArgumentException("--set must be key=value, got " + assignment, e);
      }
    }
    return config;
  }

  /** The setting of {@code --reward}; empty if there is none. */
  public static Config rewards(List<String> arguments) {
    if (arguments.isEmpty()) {
      return ConfigFactory.empty();
    }
    List<ConfigObject> entries =
        arguments.stream().map(reward -> RewardArgument.parse(reward).root()).toList();
    return ConfigFactory.empty()
        .withValue("rewards", ConfigValueFactory.fromIterable(entries, "--reward"));
  }

  /**
   * The settings of all layers. Paths are made absolute, so that the run can be resumed from
   * another working directory.
   *
   * @param user settings of the user
   * @param preset settings of the built-in task or of the model's recipe
   */
  public Config complete(Config user, Config preset) {
    Config config = user.withFallback(preset).withFallback(section.defaults()).resolve();
    for (Setting setting : section.settings()) {
      // a value of another type is rejected when the configuration is read
      if (config.hasPath(setting.path()) // not null
          && config.getValue(setting.path()).valueType() == ConfigValueType.STRING
          && isPath(setting.key().type(), config.getString(setting.path()))) {
        config =
            config.withValue(
                setting.path(),
                ConfigValueFactory.fromAnyRef(absolute(config.getString(setting.path()))));
      }
    }
    return config;
  }

  private static boolean isPath(ValueType<?> type, String value) {
    return type.equals(ValueType.PATH)
        || (type.equals(ValueType.DATA) && GeneratedData.named(value).isEmpty());
  }

  private static String absolute(String path) {
    return path.isEmpty() ? path : Path.of(path).toAbsolutePath().normalize().toString();
  }

  /**
   * Rejects unknown keys.
   *
   * @param source of the settings, for the error
   * @throws IllegalArgumentException naming the first unknown key
   */
  public Config requireKnown(String source, Config config) {
    for (String path : section.unknownPaths(config.root())) {
      List<String> known = section.settings().stream().map(Setting::path).toList();
      throw new IllegalArgumentException(
          source + ": there is no setting " + path + Spelling.suggestion(path, known));
    }
    return config;
  }
}
