package io.troupe.deploy.train;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.troupe.protocols.config.GeneratedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Recommended settings of each model: {@code recipes.conf}, with a section per model, in which
 * {@code on} has the settings for one kind of data.
 */
public final class Recipes {
  private static final String BY_DATA = "on";

  private final Config sections;

  private Recipes(Config sections) {
    this.sections = sections;
  }

  /** Reads the file. */
  public static Recipes load() {
    return new Recipes(ConfigFactory.parseURL(Recipes.class.getResource("recipes.conf")).resolve());
  }

  /**
   * The recipe of a model.
   *
   * @param model its name in the registry
   * @param data the training data
   */
  public Config of(String model, Path data) {
    String path = ConfigUtil.joinPath(model);
    if (!sections.hasPath(path)) {
      return ConfigFactory.empty();
    }
    Config recipe = sections.getConfig(path);
    String differing = BY_DATA + "." + kind(data);
    Config own = recipe.hasPath(differing) ? recipe.getConfig(differing) : ConfigFactory.empty();
    return own.withFallback(recipe.withoutPath(BY_DATA));
  }

  /** Models with a recipe. */
  List<String> models() {
    return sections.root().keySet().stream().sorted().toList();
  }

  /**
   * Kind of the data in a file or directory, by file names: {@code idx}, {@code csv}, {@code text},
   * {@code safetensors}, or {@code pictures} with a directory per class; {@code shapes} if they are
   * generated.
   */
  static String kind(Path data) {
    Optional<GeneratedData> generated = GeneratedData.named(data.toString());
    if (generated.isPresent()) {
      return generated.get().dataName();
    }
    if (!Files.isDirectory(data)) {
      return kind(data.getFileName().toString());
    }
    try (Stream<Path> files = Files.list(data)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> kind(file.getFileName().toString()))
          .filter(kind -> !kind.equals("other"))
          .min(String::compareTo)
          .orElse("pictures");
    } catch (IOException e) {
      return "other"; // the reader of the data reports the error
    }
  }

  private static String kind(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    if (name.endsWith("-ubyte")) {
      return "idx";
    }
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "csv" -> "csv";
      case "txt" -> "text";
      case "safetensors" -> "safetensors";
      default -> "other";
    };
  }
}
