package io.troupe.deploy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.Key;
import io.troupe.protocols.config.Section;
import io.troupe.protocols.config.Section.Setting;
import io.troupe.protocols.config.ValueType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options of a command that set keys of the configuration, one for each key, grouped by
 * section.
 *
 * @param settings the keys
 * @param heading heading of the keys that are in no section
 */
public record SettingFlags(List<Setting> settings, String heading) {

  /** Copies the list. */
  public SettingFlags {
    settings = List.copyOf(settings);
  }

  /**
   * Options for the keys of a configuration.
   *
   * @param section the outermost section
   * @param without paths of keys that have no option, or one that the command itself declares
   */
  public static SettingFlags of(Section section, Set<String> without) {
    return new SettingFlags(
        section.settings().stream().filter(s -> !without.contains(s.path())).toList(), "The run");
  }

  /** Adds the options to a command. */
  public void addTo(CommandSpec command) {
    Map<Section, ArgGroupSpec.Builder> groups = new LinkedHashMap<>();
    for (Setting setting : settings) {
      groups
          .computeIfAbsent(setting.section(), section -> group(setting))
          .addArg(option(setting.key()));
    }
    groups.values().forEach(group -> command.addArgGroup(group.build()));
  }

  private ArgGroupSpec.Builder group(Setting first) {
    boolean outermost = first.path().equals(first.key().name());
    String text = outermost ? heading : first.section().doc();
    return ArgGroupSpec.builder()
        .exclusive(false)
        .validate(false)
        .heading("%n" + escape(text.replaceFirst("\\.$", "")) + ":%n");
  }

  private static OptionSpec option(Key<?> key) {
    OptionSpec.Builder option =
        OptionSpec.builder(key.flag()).paramLabel(key.type().label()).description(description(key));
    if (key.type().equals(ValueType.BOOLEAN)) {
      return option.type(Boolean.class).arity("0..1").negatable(true).fallbackValue("true").build();
    }
    return key.isRepeatable()
        ? option.type(List.class).auxiliaryTypes(String.class).arity("1").build()
        : option.type(String.class).arity("1").build();
  }

  private static String description(Key<?> key) {
    String value = key.defaultText();
    return escape(
        value.isEmpty()
            ? key.doc()
            : key.doc().replaceFirst("\\.$", "") + " (default: " + value + ").");
  }

  private static String escape(String text) {
    return text.replace("%", "%%");
  }

  /**
   * The values on the command line, by path.
   *
   * @throws IllegalArgumentException naming the option, if a value has the wrong type
   */
  public Config read(ParseResult arguments) {
    Config config = ConfigFactory.empty();
    for (Setting setting : settings) {
      Key<?> key = setting.key();
      if (arguments.hasMatchedOption(key.flag())) {
        List<String> values = values(arguments.matchedOption(key.flag()));
        config = values.isEmpty() ? config : config.withValue(setting.path(), key.parse(values));
      }
    }
    return config;
  }

  private static List<String> values(OptionSpec option) {
    return switch (option.getValue()) {
      case null -> option.stringValues();
      case List<?> list -> list.stream().map(String::valueOf).toList();
      case Object value -> List.of(value.toString());
    };
  }
}
