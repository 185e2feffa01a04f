package io.troupe.data.prompt;

import io.troupe.data.DataFormatException;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.RowReader;
import io.troupe.protocols.config.DataConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes prompts of rows: finds the prompt's column, fills in the template, tokenises, cuts. The
 * other columns become {@link Prompt#fields}.
 *
 * @param config how
 * @param tokenizer of the policy
 * @param maxContext tokens that the policy can attend to; a prompt has to leave room for one more
 */
public record PromptReader(DataConfig config, Tokenizer tokenizer, int maxContext) {
  private static final List<String> PROMPT_COLUMNS = List.of("prompt", "question", "text");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([\\w.-]+)\\}");

  /**
   * The prompts of a file.
   *
   * @param maxRows stop after so many; 0 for all
   * @throws DataFormatException if the file or a row of it cannot be used
   */
  public List<Prompt> prompts(Path file, int maxRows) {
    List<Prompt> prompts = new ArrayList<>();
    for (Row row : RowReader.read(file, maxRows)) {
      prompts.add(prompt(row));
    }
    return prompts;
  }

  /**
   * The demonstrations of a file: rows with a prompt and the column {@code completion}.
   *
   * @throws DataFormatException if the file or a row of it cannot be used
   */
  public List<Demonstration> demonstrations(Path file) {
    List<Demonstration> demonstrations = new ArrayList<>();
    for (Row row : RowReader.read(file, 0)) {
      int[] completion = tokenizer.encode(row.require("completion"), false);
      if (tokenizer.eosTokenId().isPresent()) {
        completion = Arrays.copyOf(completion, completion.length + 1);
        completion[completion.length - 1] = tokenizer.eosTokenId().getAsInt();
      }
      Prompt prompt = prompt(row);
      if (completion.length == 0 || prompt.tokenIds().length + completion.length > maxContext) {
        throw new DataFormatException(
            "%s: a prompt of %d and a completion of %d tokens do not fit the model's context of %d"
                .formatted(row.where(), prompt.tokenIds().length, completion.length, maxContext));
      }
      demonstrations.add(new Demonstration(prompt.tokenIds(), completion));
    }
    return demonstrations;
  }

  /**
   * The prompt of a row.
   *
   * @throws DataFormatException if a column is missing, or the prompt is empty or too long
   */
  public Prompt prompt(Row row) {
    String column = column(row);
    String text = config.promptTemplate().isEmpty() ? row.require(column) : fill(row);
    int[] tokens = tokenizer.encode(text);
    if (config.promptMaxTokens() > 0 && tokens.length > config.promptMaxTokens()) {
      tokens = Arrays.copyOf(tokens, config.promptMaxTokens());
      text = tokenizer.decode(tokens);
    }
    if (tokens.length == 0) {
      throw new DataFormatException(row.where() + " has an empty prompt");
    }
    if (tokens.length >= maxContext) {
      throw new DataFormatException(
          ("%s has a prompt of %d tokens, but the model's context is %d: set prompt-max-tokens,"
                  + " or leave the row out")
              .formatted(row.where(), tokens.length, maxContext));
    }
    Map<String, String> fields = new HashMap<>(row.columns());
    fields.remove(column);
    return new Prompt(row.index(), text, tokens, fields);
  }

  private String column(Row row) {
    if (!config.promptColumn().isEmpty()) {
      return config.promptColumn();
    }
    for (String column : PROMPT_COLUMNS) {
      if (row.columns().containsKey(column)) {
        return column;
      }
    }
    if (!config.promptTemplate().isEmpty()) {
      return "";
    }
    throw new DataFormatException(
        row.where()
            + " has no column prompt, question or text: name one by prompt-column; it has "
            + String.join(", ", row.columns().keySet()));
  }

  private String fill(Row row) {
    return PLACEHOLDER
        .matcher(config.promptTemplate())
        .replaceAll(match -> Matcher.quoteReplacement(row.require(match.group(1))));
  }
}
