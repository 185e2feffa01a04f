package io.troupe.data.prompt;

import io.troupe.data.DataFormatException;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.RowReader;
import io.troupe.protocols.config.DataConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.chat.Conversation;
import io.troupe.rollout.chat.ConversationRenderer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Makes prompts of rows: finds the prompt, renders messages with the chat template, tokenizes,
 * cuts. The other columns become {@link Prompt#fields}, nested ones under dotted names such as
 * {@code reward_model.ground_truth}.
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

  /**
   * The prompt of a row.
   *
   * @throws DataFormatException if a column is missing, or the prompt is empty or too long
   */
  public Prompt prompt(Row row) {
    PromptColumn column = new PromptColumn(config);
    return switch (column.content(row)) {
      case PromptContent.Text(String text) -> prompt(row, text, tokenizer.encode(text));
      case PromptContent.Messages(Conversation conversation) -> {
        String text = render(row, conversation);
        yield prompt(row, text, tokenizer.encode(text, false));
      }
    };
  }

  private Prompt prompt(Row row, String wholeText, int[] allTokens) {
    String text = wholeText;
    int[] tokens = allTokens;
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
    Map<String, String> fields = row.texts();
    fields.remove(new PromptColumn(config).name(row));
    return new Prompt(row.index(), text, tokens, fields, row.where());
  }

  private String render(Row row, Conversation conversation) {
    try {
      return renderer.render(conversation, conversation.endOfPrompt());
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(row.where() + ": " + e.getMessage(), e);
    }
  }
}
