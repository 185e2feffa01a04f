package io.troupe.protocols.sample;

import java.util.Map;
import java.util.Objects;

/**
 * What a policy is asked to continue.
 *
 * @param id its position in the data set, from 0; names it in files and messages
 * @param text the prompt as the tokenizer got it
 * @param tokenIds its tokens, at least one; not to be changed
 * @param fields the other columns of its row, which rewards read (such as {@code answer})
 */
@SuppressWarnings("ArrayRecordComponent") // tokens are handed over, never changed
public record Prompt(long id, String text, int[] tokenIds, Map<String, String> fields) {

  /** Checks that there is something to continue. */
  public Prompt {
    Objects.requireNonNull(text, "text");
    fields = Map.copyOf(fields);
    if (tokenIds.length == 0) {
      throw new IllegalArgumentException("prompt " + id + " has no tokens");
    }
  }
}
