package io.troupe.deploy.generate;

import io.troupe.data.DataFormatException;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.RowReader;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads prompts from arguments, and from the lines or rows of a file. */
public final class PromptArguments {
  private static final List<String> COLUMNS = List.of("prompt", "question", "text");

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
   * @throws DataFormatException if it has no prompts, or cannot be read
   */
  public static List<Prompt> file(Path file, Tokenizer tokenizer) {
    List<String> texts = texts(file);
    List<Prompt> prompts = new ArrayList<>();
    for (String text : texts) {
      prompts.add(text(prompts.size(), text, tokenizer));
    }
    return prompts;
  }

  private static List<String> texts(Path file) {
    if (RowReader.isRowFile(file)) {
      return RowReader.read(file, 0).stream().map(PromptArguments::text).toList();
    }
    try {
      List<String> lines = Files.readAllLines(file).stream().filter(l -> !l.isBlank()).toList();
      if (lines.isEmpty()) {
        throw new DataFormatException(file + " must contain prompts, got an empty file");
      }
      return lines;
    } catch (IOException e) {
      throw new DataFormatException(
          Files.exists(file)
              ? "cannot read " + file + " as lines of text: " + e.getMessage()
              : "there is no file " + file,
          e);
    }
  }

  private static String text(Row row) {
    String column =
        COLUMNS.stream()
            .filter(row.columns()::containsKey)
            .findFirst()
            .orElseThrow(
                () ->
                    new DataFormatException(
                        row.where() + " has no column " + String.join(", ", COLUMNS)));
    return row.requireText(column);
  }

  private static Prompt prompt(long id, String text, int[] ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException(
          "prompt " + (id + 1) + " must have at least one token, got an empty text");
    }
    return new Prompt(id, text, ids, Map.of());
  }
}
