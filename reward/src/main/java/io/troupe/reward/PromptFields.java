package io.troupe.reward;

import io.troupe.protocols.sample.Prompt;

/** Reads the fields of prompts that rewards compare completions with. */
final class PromptFields {
  private PromptFields() {}

  /**
   * A field of a prompt.
   *
   * @throws RewardException if the prompt's row had no such column
   */
  static String require(Prompt prompt, String field) throws RewardException {
    String value = prompt.fields().get(field);
    if (value == null) {
      throw new RewardException("the prompt must have a field " + field);
    }
    return value;
  }
}
