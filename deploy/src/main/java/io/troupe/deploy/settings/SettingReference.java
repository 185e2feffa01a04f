package io.troupe.deploy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.troupe.protocols.config.RunConfig;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All settings of a kind of run, with their comments and defaults, as {@code reference.conf} lists
 * them.
 *
 * @param section of the file
 * @param defaults that section
 * @param settings its keys in the order of the file, but for lists, such as {@code rewards}: an
 *     option of their own adds to them
 * @param sectionComments what the file says about each section
 */
public record SettingReference(
    SettingSection section,
    Config defaults,
    List<Setting> settings,
    Map<String, String> sectionComments) {

  /** Copies the collections. */
  public SettingReference {
    settings = List.copyOf(settings);
    sectionComments = Map.copyOf(sectionComments);
  }

  /** Reads a section of the file. */
  public static SettingReference load(SettingSection section) {
    Config defaults = ConfigFactory.parseURL(file()).getConfig(section.path());
    List<Setting> settings = new ArrayList<>();
    Map<String, String> sections = new LinkedHashMap<>();
    collect("", defaults.root(), settings, sections);
    settings.removeIf(Setting::isList);
    settings.sort(Comparator.comparingInt(s -> s.defaultValue().origin().lineNumber()));
    return new SettingReference(section, defaults, settings, sections);
  }

  /** The same without a key that an argument of the command line stands for. */
  public SettingReference without(String path) {
    return new SettingReference(
        section,
        defaults,
        settings.stream().filter(setting -> !setting.path().equals(path)).toList(),
        sectionComments);
  }

  /** Whether a key can be set: one that the file has, or any in a section that is empty there. */
  boolean isKnown(String path) {
    if (defaults.hasPathOrNull(path)) {
      return true;
    }
    int dot = path.lastIndexOf('.');
    String parent = dot < 0 ? "" : path.substring(0, dot);
    return sectionComments.containsKey(parent) && defaults.getObject(parent).isEmpty();
  }

  /** The file beside the configuration records: every library has one of this name. */
  private static URL file() {
    String home = RunConfig.class.getProtectionDomain().getCodeSource().getLocation().toString();
    try {
      ClassLoader loader = RunConfig.class.getClassLoader();
      for (URL file : Collections.list(loader.getResources("reference.conf"))) {
        if (file.toString().contains(home)) {
          return file;
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot look for reference.conf in " + home, e);
    }
    throw new IllegalStateException(home + " lacks reference.conf: build Troupe again");
  }

  private static void collect(
      String prefix, ConfigObject object, List<Setting> settings, Map<String, String> sections) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String path = prefix + entry.getKey();
      List<String> comment =
          entry.getValue().origin().comments().stream().map(String::strip).toList();
      if (entry.getValue() instanceof ConfigObject section) {
        sections.put(path, String.join(" ", comment));
        collect(path + ".", section, settings, sections);
      } else {
        settings.add(new Setting(path, comment, entry.getValue()));
      }
    }
  }
}
