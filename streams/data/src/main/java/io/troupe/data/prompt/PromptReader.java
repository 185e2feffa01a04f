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
import java.util.Arrays;
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
      throw new DataFormatException(row.where() + " has an empty prompt");
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

  /**
   * The demonstrations of a file: rows with a prompt and the column {@code completion}.
   *
   * @throws DataFormatException if the file or a row of it cannot be used
   */
  public List<Demonstration> demonstrations(Path file) {
    List<Demonstration> demonstrations = new ArrayList<>();
    for (Row row : RowReader.read(file, 0)) {
      Demonstration demonstration =
          ConversationDemonstration.find(row, new PromptColumn(config))
              .map(conversation -> ofMessages(row, conversation))
              .orElseGet(() -> ofText(row));
      int prompt = demonstration.promptIds().length;
      int completion = demonstration.completionIds().length;
      if (completion == 0 || prompt + completion > maxContext) {
        throw new DataFormatException(
            "%s: a prompt of %d and a completion of %d tokens do not fit the model's context of %d"
                .formatted(row.where(), prompt, completion, maxContext));
      }
      demonstrations.add(demonstration);
    }
    return demonstrations;
  }

  private Demonstration ofText(Row row) {
    int[] completion = tokenizer.encode(row.requireText("completion"), false);
    return new Demonstration(prompt(row).tokenIds(), endedWithEos(completion));
  }

  private Demonstration ofMessages(Row row, ConversationDemonstration conversation) {
    try {
      Demonstration demonstration = conversation.tokenize(renderer, tokenizer);
      return new Demonstration(
          demonstration.promptIds(), endedWithEos(demonstration.completionIds()));
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(row.where() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The tokens up to their last end-of-text token, which is added if there is none. Templates may
   * print a line end behind it.
   */
  private int[] endedWithEos(int[] completion) {
    if (tokenizer.eosTokenId().isEmpty()) {
      return completion;
    }
    int eos = tokenizer.eosTokenId().getAsInt();
    for (int i = completion.length - 1; i >= 0; i--) {
      if (completion[i] == eos) {
        return Arrays.copyOf(completion, i + 1);
      }
    }
    int[] ended = Arrays.copyOf(completion, completion.length + 1);
    ended[completion.length] = eos;
    return ended;
  }
}
