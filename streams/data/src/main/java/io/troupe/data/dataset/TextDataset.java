package io.troupe.data.dataset;

import io.troupe.protocols.batch.ArrayData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Consecutive pieces of a text: {@code input} has the ids of a piece, (batch, time), and {@code
 * target} the ids that follow each. A last piece that is too short is left out.
 */
public final class TextDataset implements Dataset {
  private final int[] ids;
  private final int vocabSize;
  private final int seqLength;

  /**
   * The pieces of a text.
   *
   * @param ids of its characters; never changed
   * @param vocabSize ids are below it
   * @param seqLength characters per piece; fewer than the text has
   */
  public TextDataset(int[] ids, int vocabSize, int seqLength) {
    if (seqLength < 1 || seqLength >= ids.length) {
      throw new IllegalArgumentException(
          "seqLength must be >= 1 and below the "
              + ids.length
              + " characters of the text, got "
              + seqLength);
    }
    this.ids = ids;
    this.vocabSize = vocabSize;
    this.seqLength = seqLength;
  }

  /** The same text in pieces of another length. */
  public TextDataset withSeqLength(int length) {
    return new TextDataset(ids, vocabSize, length);
  }

  @Override
  public int size() {
    return (ids.length - 1) / seqLength;
  }

  @Override
  public ExampleSpec spec() {
    return new ExampleSpec(ExampleSpec.Kind.TOKENS, List.of(seqLength), vocabSize, List.of());
  }

  @Override
  public Map<String, ArrayData> batch(int[] indices, ExampleTransform transform) {
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input", gather(indices, 0));
    arrays.put("target", gather(indices, 1));
    return arrays;
  }

  private ArrayData gather(int[] indices, int shift) {
    int[] gathered = new int[Math.multiplyExact(indices.length, seqLength)];
    for (int i = 0; i < indices.length; i++) {
      int from = Math.multiplyExact(indices[i], seqLength) + shift;
      System.arraycopy(ids, from, gathered, i * seqLength, seqLength);
    }
    return new ArrayData.Ints(gathered, indices.length, seqLength);
  }
}
