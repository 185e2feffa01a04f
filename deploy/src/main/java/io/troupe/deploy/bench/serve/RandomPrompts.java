package io.troupe.deploy.bench.serve;

import io.troupe.tensor.random.Philox;

/**
 * Prompts of random token ids.
 *
 * @param inputLen number of tokens of a prompt after the shared prefix
 * @param prefixLen number of first tokens that all prompts share
 * @param vocabSize ids are from {@link #FIRST_ID} to this number, exclusive
 * @param seed of the ids
 */
record RandomPrompts(int inputLen, int prefixLen, int vocabSize, long seed) {
  /** Most vocabularies start with padding, start and end tokens. */
  static final int FIRST_ID = 3;

  /** Separates the prompts from the arrival times, which use the same seed. */
  private static final long STREAM = 2;

  /** The ids of one prompt, which depend on the seed and the index only. */
  int[] ids(int index) {
    Philox all = Philox.of(seed).derive(STREAM);
    int[] ids = new int[prefixLen + inputLen];
    fill(ids, 0, prefixLen, all.derive(0));
    fill(ids, prefixLen, ids.length, all.derive(1L + index));
    return ids;
  }

  private void fill(int[] ids, int from, int to, Philox random) {
    for (int i = from; i < to; i++) {
      ids[i] = FIRST_ID + (int) ((vocabSize - FIRST_ID) * random.uniform(i));
    }
  }
}
