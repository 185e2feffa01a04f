package io.troupe.data.text;

import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.dataset.ExampleTransform;
import io.troupe.protocols.batch.ArrayData;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Texts as token ids. A batch has {@code input_ids}, {@code token_type_ids} and {@code
 * attention_mask}, (batch, time), padded to its longest text, and the arrays of the targets.
 */
final class TextExamples implements Dataset {
  /** The label of tokens that have no class, which the loss ignores. */
  static final int IGNORED = -100;

  private final List<EncodedText> texts;
  private final Targets targets;
  private final ExampleSpec spec;
  private final int padTokenId;

  /**
   * Texts with targets.
   *
   * @param classNames by label; empty without classes
   */
  TextExamples(
      List<EncodedText> texts, Targets targets, List<String> classNames, TextEncoder encoder) {
    this.texts = List.copyOf(texts);
    this.targets = targets;
    this.spec =
        new ExampleSpec(
            ExampleSpec.Kind.TOKENS, List.of(encoder.maxLength()), classNames.size(), classNames);
    this.padTokenId = encoder.tokenizer().padTokenId();
  }

  /** What is predicted of a text. */
  sealed interface Targets {
    /** Nothing: tokens are masked and predicted. */
    record None() implements Targets {}

    /** {@code label}, (batch). */
    record OfTexts(int[] labels) implements Targets {}

    /** {@code labels}, (batch, time). */
    record OfTokens(List<int[]> labels) implements Targets {}

    /**
     * {@code start_positions} and {@code end_positions}, (batch): the first and the last token of a
     * span; 0 if there is none.
     */
    record Spans(int[] starts, int[] ends) implements Targets {}
  }

  @Override
  public int size() {
    return texts.size();
  }

  @Override
  public ExampleSpec spec() {
    return spec;
  }

  @Override
  public Map<String, ArrayData> batch(int[] indices, ExampleTransform transform) {
    int time = Arrays.stream(indices).map(i -> texts.get(i).length()).max().orElse(1);
    int[] ids = filled(indices.length * time, padTokenId);
    int[] types = new int[ids.length];
    int[] mask = new int[ids.length];
    for (int row = 0; row < indices.length; row++) {
      EncodedText text = texts.get(indices[row]);
      System.arraycopy(text.inputIds(), 0, ids, row * time, text.length());
      System.arraycopy(text.tokenTypeIds(), 0, types, row * time, text.length());
      Arrays.fill(mask, row * time, row * time + text.length(), 1);
    }
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input_ids", new ArrayData.Ints(ids, indices.length, time));
    arrays.put("token_type_ids", new ArrayData.Ints(types, indices.length, time));
    arrays.put("attention_mask", new ArrayData.Ints(mask, indices.length, time));
    addTargets(indices, time, arrays);
    return arrays;
  }

  private void addTargets(int[] indices, int time, Map<String, ArrayData> arrays) {
    switch (targets) {
      case Targets.None _ -> {}
      case Targets.OfTexts(int[] labels) -> arrays.put("label", chosen(labels, indices));
      case Targets.OfTokens(List<int[]> labels) ->
          arrays.put("labels", ofTokens(labels, indices, time));
      case Targets.Spans(int[] starts, int[] ends) -> {
        arrays.put("start_positions", chosen(starts, indices));
        arrays.put("end_positions", chosen(ends, indices));
      }
    }
  }

  private static ArrayData chosen(int[] values, int[] indices) {
    return new ArrayData.Ints(Arrays.stream(indices).map(i -> values[i]).toArray(), indices.length);
  }

  private static ArrayData ofTokens(List<int[]> labels, int[] indices, int time) {
    int[] padded = filled(indices.length * time, IGNORED);
    for (int row = 0; row < indices.length; row++) {
      int[] ofText = labels.get(indices[row]);
      System.arraycopy(ofText, 0, padded, row * time, ofText.length);
    }
    return new ArrayData.Ints(padded, indices.length, time);
  }

  private static int[] filled(int length, int value) {
    int[] array = new int[length];
    Arrays.fill(array, value);
    return array;
  }
}
