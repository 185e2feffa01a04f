package io.troupe.deploy.generate;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The argument of {@code --json-schema}: a JSON schema, or a file with one. */
public final class SchemaArgument {
  private static final String KEY = "json-schema";
  private static final long MAX_BYTES = 1 << 20;

  private SchemaArgument() {}

  /**
   * Replaces the path of a file with its text.
   *
   * @param options settings of the command line
   * @throws IllegalArgumentException if the argument is neither JSON nor a file that can be read
   */
  public static Config read(Config options) {
    if (!options.hasPath(KEY) || isJson(options.getString(KEY))) {
      return options;
    }
    String text = textOf(options.getString(KEY));
    return options.withValue(KEY, ConfigValueFactory.fromAnyRef(text));
  }

  private static boolean isJson(String argument) {
    String text = argument.strip();
    return text.startsWith("{") || text.equals("true") || text.equals("false");
  }

  private static String textOf(String argument) {
    Path file = Path.of(argument);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
        throw new IllegalArgumentException(
            "--json-schema must be a JSON object or a file of at most 1 MiB, got " + argument);
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--json-schema must be a file of UTF-8 text, got " + argument, e);
    }
  }
}
