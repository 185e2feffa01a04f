package io.troupe.data.text;

/**
 * A text, or a pair of texts, as token ids.
 *
 * @param inputIds tokens, special ones included
 * @param tokenTypeIds 1 for the tokens of the second text, 0 for the others
 */
@SuppressWarnings("ArrayRecordComponent") // made here, never changed
record EncodedText(int[] inputIds, int[] tokenTypeIds) {
  int length() {
    return inputIds.length;
  }
}
