package io.troupe.deploy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * An option for every setting, in groups as {@code reference.conf} has sections.
 *
 * @param reference the settings
 */
public record SettingFlags(SettingReference reference) {

  /** Adds the options to a command. */
  public void addTo(CommandSpec command) {
    Map<String, ArgGroupSpec.Builder> groups = new LinkedHashMap<>();
    for (Setting setting : reference.settings()) {
      groups.computeIfAbsent(setting.section(), this::group).addArg(option(setting));
    }
    groups.values().forEach(group -> command.addArgGroup(group.build()));
  }

  private ArgGroupSpec.Builder group(String section) {
    String comment = reference.sectionComments().getOrDefault(section, "");
    String heading =
        section.isEmpty()
            ? "The run:"
            : "Settings of " + section + (comment.isEmpty() ? ":" : ": " + comment);
    return ArgGroupSpec.builder()
        .exclusive(false)
        .validate(false)
        .heading("%n" + escape(heading) + "%n");
  }

  private static OptionSpec option(Setting setting) {
    OptionSpec.Builder option =
        OptionSpec.builder(setting.flag())
            .paramLabel(setting.valueLabel())
            .description(description(setting));
    return setting.isSwitch()
        ? option.type(Boolean.class).arity("0..1").negatable(true).fallbackValue("true").build()
        : option.type(String.class).arity("1").build();
  }

  private static String description(Setting setting) {
    String text = String.join(" ", setting.comment());
    String value = setting.defaultText();
    return escape(value.isEmpty() ? text : text + " Default: " + value + ".");
  }

  private static String escape(String text) {
    return text.replace("%", "%%");
  }

  /**
   * What was typed, under the settings' keys.
   *
   * @throws IllegalArgumentException if a value is no number where one is wanted
   */
  public Config read(ParseResult typed) {
    Config config = ConfigFactory.empty();
    for (Setting setting : reference.settings()) {
      List<String> values = typed.hasMatchedOption(setting.flag()) ? values(typed, setting) : null;
      if (values != null && !values.isEmpty()) {
        config = config.withValue(setting.path(), setting.parse(values.getLast()));
      }
    }
    return config;
  }

  private static List<String> values(ParseResult typed, Setting setting) {
    OptionSpec option = typed.matchedOption(setting.flag());
    Object value = option.getValue();
    return value == null ? option.stringValues() : List.of(value.toString());
  }
}
