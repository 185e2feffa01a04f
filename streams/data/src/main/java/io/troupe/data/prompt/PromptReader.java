package io.troupe.data.prompt;

import io.troupe.data.DataFormatException;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.RowReader;
import io.troupe.protocols.config.DataConfig;
import io.troupe.protocols.config.OverlongPrompts;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.chat.ConversationRenderer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes prompts of rows: finds the prompt, renders messages with the chat template, tokenizes,
 * limits the length. The other columns become {@link Prompt#fields}, nested ones under dotted names
 * such as {@code reward_model.ground_truth}.
 *
 * @param config settings of the data
 * @param tokenizer of the policy
 * @param maxContext maximum number of tokens of the model; a prompt must leave room for one more
 * @param renderer the policy's chat template
 */
public record PromptReader(
    DataConfig config, Tokenizer tokenizer, int maxContext, ConversationRenderer renderer) {

  /**
   * The prompts of a file.
   *
   * @param maxRows maximum number of rows to read; 0 for all
   * @throws DataFormatException if the file or a row of it cannot be used, or all prompts are too
   *     long
   */
  public PromptSet prompts(Path file, int maxRows) {
    List<Prompt> prompts = new ArrayList<>();
    List<Row> rows = RowReader.read(file, maxRows);
    int numTruncated = 0;
    for (Row row : rows) {
      PromptTokens whole = tokens(row);
      if (whole.length() <= maxLength()) {
        prompts.add(prompt(row, whole));
      } else if (config.overlongPrompts() == OverlongPrompts.TRUNCATE_LEFT) {
        prompts.add(prompt(row, whole.truncateLeft(maxLength(), tokenizer)));
        numTruncated++;
      }
    }
    if (prompts.isEmpty()) {
      throw new DataFormatException(
          "%s must have a prompt of at most %d tokens (the model's context is %d), got %d that are longer; set overlong-prompts to truncate-left"
              .formatted(file, maxLength(), maxContext, rows.size()));
    }
    return new PromptSet(prompts, rows.size() - prompts.size(), numTruncated);
  }

  /** The maximum length of a prompt in tokens. */
  public int maxLength() {
    return config.maxPromptLength() == 0
        ? maxContext - 1
        : Math.min(config.maxPromptLength(), maxContext - 1);
  }

  /**
   * The prompt of a row.
   *
   * @throws DataFormatException if a column is missing, or the prompt is empty or too long
   */
  public Prompt prompt(Row row) {
    PromptTokens whole = tokens(row);
    if (whole.length() > maxLength()) {
      throw new DataFormatException(
          "%s: a prompt must have at most %d tokens, got %d"
              .formatted(row.where(), maxLength(), whole.length()));
    }
    return prompt(row, whole);
  }

  private PromptTokens tokens(Row row) {
    PromptTokens tokens =
        switch (new PromptColumn(config).content(row)) {
          case PromptContent.Text text ->
              PromptTokens.of(text.text(), tokenizer.encode(text.text()));
          case PromptContent.Messages messages -> {
            String text = messages.render(renderer, row);
            yield PromptTokens.of(text, tokenizer.encode(text, false));
          }
        };
    if (tokens.length() == 0) {
      throw new DataFormatException(row.where() + " must have a prompt, got an empty one");
    }
    boolean isCut =
        config.promptPrefixTokens() > 0 && tokens.length() > config.promptPrefixTokens();
    return isCut ? tokens.prefix(config.promptPrefixTokens(), tokenizer) : tokens;
  }

  private Prompt prompt(Row row, PromptTokens tokens) {
    Map<String, String> fields = row.texts();
    fields.remove(new PromptColumn(config).name(row));
    return new Prompt(row.index(), tokens.text(), tokens.ids(), fields, row.where());
  }
}
