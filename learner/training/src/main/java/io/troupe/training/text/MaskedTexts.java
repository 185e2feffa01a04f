package io.troupe.training.text;

/**
 * Texts with masked tokens.
 *
 * @param inputIds tokens of all texts, row-major, some of them replaced
 * @param positions indices in {@code inputIds} of the selected tokens, ascending
 * @param labels the tokens at these positions before masking
 */
@SuppressWarnings("ArrayRecordComponent") // made by TokenMasking, never changed
record MaskedTexts(int[] inputIds, int[] positions, int[] labels) {}
