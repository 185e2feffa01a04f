package io.troupe.data.prompt;

import io.troupe.data.DataFormatException;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.RowReader;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads demonstrations: rows with a prompt and the column {@code completion}, or with messages.
 *
 * <p>As in TRL, the text of prompt and completion is tokenized as a whole, and the first tokens, as
 * many as the prompt alone has, are the prompt. If a token crosses the end of the prompt, these are
 * not the tokens of the prompt alone; such rows are counted, because decoding then starts from
 * other tokens than training. A completion ends with a token at which decoding stops.
 *
 * @param prompts reads the prompts
 * @param eosTokenIds the tokens at which decoding stops; if there is none, nothing is added
 */
public record DemonstrationReader(PromptReader prompts, Set<Integer> eosTokenIds) {
  private static final String COMPLETION = "completion";

  /** Copies the set. */
  public DemonstrationReader {
    eosTokenIds = Set.copyOf(eosTokenIds);
  }

  /**
   * The demonstrations of a file.
   *
   * @throws DataFormatException if the file or a row of it cannot be used
   */
  public DemonstrationSet read(Path file) {
    List<Demonstration> demonstrations = new ArrayList<>();
    List<String> crossing = new ArrayList<>();
    for (Row row : RowReader.read(file, 0)) {
      DemonstrationText text = text(row);
      int[] promptIds = text.promptIds(prompts.tokenizer());
      int[] ids = text.ids(prompts.tokenizer());
      if (!startsWith(ids, promptIds)) {
        crossing.add(row.where());
      }
      demonstrations.add(split(row, ids, promptIds.length));
    }
    return new DemonstrationSet(demonstrations, crossing);
  }

  private DemonstrationText text(Row row) {
    return ConversationDemonstration.find(row, new PromptColumn(prompts.config()))
        .map(conversation -> rendered(row, conversation))
        .orElseGet(() -> plain(row));
  }

  private DemonstrationText rendered(Row row, ConversationDemonstration conversation) {
    try {
      return conversation.render(prompts.renderer());
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(row.where() + ": " + e.getMessage(), e);
    }
  }

  private DemonstrationText plain(Row row) {
    Prompt prompt = prompts.prompt(row);
    return new DemonstrationText(
        prompt.text(), prompt.text() + row.requireText(COMPLETION), /* addSpecialTokens= */ true);
  }

  private static boolean startsWith(int[] ids, int[] start) {
    return ids.length >= start.length
        && Arrays.equals(ids, 0, start.length, start, 0, start.length);
  }

  private Demonstration split(Row row, int[] ids, int promptLength) {
    int[] completionIds =
        ended(Arrays.copyOfRange(ids, Math.min(promptLength, ids.length), ids.length));
    if (promptLength > ids.length || completionIds.length == 0) {
      throw new DataFormatException(
          row.where() + ": the completion must have at least one token after the prompt, got none");
    }
    int length = promptLength + completionIds.length;
    if (length > prompts.maxContext()) {
      throw new DataFormatException(
          "%s: prompt and completion must have at most %d tokens (the model's context), got %d and %d"
              .formatted(row.where(), prompts.maxContext(), promptLength, completionIds.length));
    }
    return new Demonstration(Arrays.copyOf(ids, promptLength), completionIds);
  }

  /**
   * A completion with a stop token at its end. If the last stop token is followed by white space
   * alone, as many chat templates print it, the completion ends there; otherwise one is added.
   */
  private int[] ended(int[] completion) {
    for (int i = completion.length - 1; i >= 0; i--) {
      if (eosTokenIds.contains(completion[i])) {
        int[] rest = Arrays.copyOfRange(completion, i + 1, completion.length);
        if (prompts.tokenizer().decode(rest, false).isBlank()) {
          return Arrays.copyOf(completion, i + 1);
        }
        break;
      }
    }
    OptionalInt eos = eosTokenId();
    if (eos.isEmpty()) {
      return completion;
    }
    int[] ended = Arrays.copyOf(completion, completion.length + 1);
    ended[completion.length] = eos.getAsInt();
    return ended;
  }

  /** The stop token to add: that of the tokenizer, if decoding stops at it. */
  private OptionalInt eosTokenId() {
    Tokenizer tokenizer = prompts.tokenizer();
    OptionalInt own = tokenizer.eosTokenId();
    return own.isPresent() && eosTokenIds.contains(own.getAsInt())
        ? own
        : eosTokenIds.stream().mapToInt(Integer::intValue).min();
  }
}
