package io.troupe.rollout.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.TokenizerFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds the chat templates of a model folder, in transformers' order of precedence: {@code
 * chat_template.jinja} with {@code additional_chat_templates/}, else {@code chat_template} in
 * {@code tokenizer_config.json}, else in {@code chat_template.json}.
 */
final class ChatTemplateFiles {
  static final String FILE = "chat_template.jinja";
  static final String ADDITIONAL = "additional_chat_templates";

  private static final String KEY = "chat_template";
  private static final String DEFAULT = "default";
  private static final String SUFFIX = ".jinja";
  private static final int MAX_TEMPLATES = 100;

  private ChatTemplateFiles() {}

  /** The texts of the templates by name; empty if there is none. */
  static Map<String, String> find(Path folder) {
    Map<String, String> templates = new TreeMap<>();
    if (Files.isRegularFile(folder.resolve(FILE))) {
      templates.put(DEFAULT, AutoTokenizer.readText(folder.resolve(FILE)));
    }
    additional(folder.resolve(ADDITIONAL))
        .forEach(
            path ->
                templates.put(
                    path.getFileName().toString().replace(SUFFIX, ""),
                    AutoTokenizer.readText(path)));
    for (String name : List.of("tokenizer_config.json", "chat_template.json")) {
      if (templates.isEmpty()) {
        AutoTokenizer.readOptional(folder, name)
            .ifPresent(json -> addAll(templates, folder.resolve(name), json.path(KEY)));
      }
    }
    return templates;
  }

  private static List<Path> additional(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(path -> path.getFileName().toString().endsWith(SUFFIX))
          .sorted()
          .limit(MAX_TEMPLATES)
          .toList();
    } catch (IOException e) {
      throw new TokenizerFormatException("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /** A template, or a list of templates with their names. */
  private static void addAll(Map<String, String> templates, Path file, JsonNode value) {
    if (value.isTextual()) {
      templates.put(DEFAULT, value.textValue());
      return;
    }
    if (value.isNull() || value.isMissingNode()) {
      return;
    }
    for (JsonNode named : value) {
      if (!named.path("name").isTextual() || !named.path("template").isTextual()) {
        throw new TokenizerFormatException(
            file + ": chat_template must be text, or a list of objects with name and template");
      }
      templates.put(named.get("name").textValue(), named.get("template").textValue());
    }
  }
}
