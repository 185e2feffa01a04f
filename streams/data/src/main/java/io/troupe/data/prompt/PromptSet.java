package io.troupe.data.prompt;

import io.troupe.protocols.sample.Prompt;
import java.util.List;

/**
 * The prompts of a file.
 *
 * @param prompts at least one
 * @param numSkipped number of rows that were left out, because their prompts are too long
 * @param numTruncated number of prompts that were shortened at their start
 */
public record PromptSet(List<Prompt> prompts, int numSkipped, int numTruncated) {
  /** No prompts. */
  public static final PromptSet EMPTY = new PromptSet(List.of(), 0, 0);

  /** Copies the list. */
  public PromptSet {
    prompts = List.copyOf(prompts);
  }
}
