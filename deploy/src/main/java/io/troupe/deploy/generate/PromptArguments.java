package io.troupe.deploy.generate;

import com.typesafe.config.ConfigFactory;
import io.troupe.data.DataFormatException;
import io.troupe.data.file.TextFile;
import io.troupe.data.prompt.PromptReader;
import io.troupe.data.rows.RowReader;
import io.troupe.protocols.config.DataConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.chat.ConversationRenderer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads prompts from arguments, and from the lines or rows of a file. */
public final class PromptArguments {
  private PromptArguments() {}

  /** The prompt of a text. */
  public static Prompt text(long id, String text, Tokenizer tokenizer) {
    return prompt(id, text, tokenizer.encode(text));
  }

  /**
   * The prompt of token ids.
   *
   * @param typed such as {@code 1,15,27}
   * @throws IllegalArgumentException if it contains anything else
   */
  public static Prompt ids(String typed, Tokenizer tokenizer) {
    String[] parts = typed.strip().split("[,\\s]+");
    int[] ids = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        ids[i] = Integer.parseInt(parts[i]);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "--prompt-ids must be token ids such as 1,15,27, got '" + parts[i] + "'", e);
      }
      if (ids[i] < 0) {
        throw new IllegalArgumentException("--prompt-ids must be at least 0, got " + ids[i]);
      }
    }
    return prompt(0, tokenizer.decode(ids), ids);
  }

  /**
   * The prompts of a file: the rows of a .jsonl, .json, .csv, .tsv or .parquet file, the lines of
   * any other.
   *
   * @param renderer chat template for rows with lists of messages
   * @throws DataFormatException if it has no prompts, or cannot be read
   */
  public static List<Prompt> file(Path file, Tokenizer tokenizer, ConversationRenderer renderer) {
    if (RowReader.isRowFile(file)) {
      DataConfig defaults = DataConfig.from(ConfigFactory.empty());
      PromptReader reader = new PromptReader(defaults, tokenizer, Integer.MAX_VALUE, renderer);
      return reader.prompts(file, 0).prompts();
    }
    List<Prompt> prompts = new ArrayList<>();
    for (String line : lines(file)) {
      prompts.add(text(prompts.size(), line, tokenizer));
    }
    return prompts;
  }

  private static List<String> lines(Path file) {
    try (BufferedReader text = TextFile.open(file)) {
      List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
      if (lines.isEmpty()) {
        throw new DataFormatException(file + " must contain prompts, got an empty file");
      }
      return lines;
    } catch (IOException | UncheckedIOException e) {
      throw new DataFormatException(
          Files.exists(file)
              ? "cannot read " + file + " as lines of text: " + e.getMessage()
              : "file " + file + " must exist",
          e);
    }
  }

  private static Prompt prompt(long id, String text, int[] ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException(
          "prompt " + (id + 1) + " must have at least one token, got an empty text");
    }
    return new Prompt(id, text, ids, Map.of());
  }
}
