package io.troupe.data.prompt;

/**
 * What supervised fine-tuning learns from.
 *
 * @param promptIds the prompt's tokens; not learned
 * @param completionIds the tokens that are learned, end of text included; at least one
 */
@SuppressWarnings("ArrayRecordComponent") // handed over from the tokenizer, never changed
public record Demonstration(int[] promptIds, int[] completionIds) {}
