package io.troupe.data.prompt;

/**
 * A prompt with a completion, for supervised fine-tuning.
 *
 * @param promptIds the tokens of the prompt, without a loss
 * @param completionIds the tokens with a loss, the end-of-text token included; at least one
 */
@SuppressWarnings("ArrayRecordComponent") // from the tokenizer, never changed
public record Demonstration(int[] promptIds, int[] completionIds) {}
