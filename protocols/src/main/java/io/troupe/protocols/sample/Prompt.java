package io.troupe.protocols.sample;

import java.util.Map;
import java.util.Objects;

/**
 * Text that a policy continues.
 *
 * @param id position in the dataset, from 0; identifies the prompt in files and messages
 * @param text the prompt as the tokenizer received it
 * @param tokenIds the tokens of the prompt, at least one; not to be changed
 * @param fields the other columns of its row, which rewards read (such as {@code answer}); nested
 *     columns have dotted names such as {@code reward_model.ground_truth}
 * @param source file and row that the prompt was read from, such as {@code train.jsonl line 17};
 *     otherwise {@code prompt} and its id
 */
@SuppressWarnings("ArrayRecordComponent") // tokens are handed over, never changed
public record Prompt(
    long id, String text, int[] tokenIds, Map<String, String> fields, String source) {

  /** Checks that there is at least one token. */
  public Prompt {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(source, "source");
    fields = Map.copyOf(fields);
    if (tokenIds.length == 0) {
      throw new IllegalArgumentException(source + " must contain tokens, got none");
    }
  }

  /** A prompt that does not come from a file. */
  public Prompt(long id, String text, int[] tokenIds, Map<String, String> fields) {
    this(id, text, tokenIds, fields, "prompt " + id);
  }
}
