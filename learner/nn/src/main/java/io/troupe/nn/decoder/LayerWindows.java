package io.troupe.nn.decoder;

import io.troupe.nn.lm.ConfigJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * The sliding window of each layer, from the keys {@code sliding_window} and {@code layer_types}.
 *
 * @param ofLayer one element for each layer; empty for full attention
 */
public record LayerWindows(List<OptionalInt> ofLayer) {
  private static final String KEY = "sliding_window";
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";

  /** Copies the list. */
  public LayerWindows {
    ofLayer = List.copyOf(ofLayer);
  }

  /**
   * Reads {@code layer_types}.
   *
   * @param numLayers decoder layers
   * @param window of the layers with sliding attention; empty if no layer has a window
   * @param isSliding the layers with sliding attention where {@code layer_types} is absent
   * @throws IllegalArgumentException if {@code layer_types} is wrong
   */
  public static LayerWindows read(
      ConfigJson json, int numLayers, OptionalInt window, IntPredicate isSliding) {
    List<String> types = json.texts("layer_types");
    if (!types.isEmpty() && types.size() != numLayers) {
      throw new IllegalArgumentException(
          "layer_types must have num_hidden_layers="
              + numLayers
              + " elements, got "
              + types.size());
    }
    List<OptionalInt> windows = new ArrayList<>();
    for (int i = 0; i < numLayers; i++) {
      boolean slides = types.isEmpty() ? isSliding.test(i) : slides(types.get(i));
      windows.add(slides ? window : OptionalInt.empty());
    }
    return new LayerWindows(windows);
  }

  private static boolean slides(String type) {
    if (!type.equals(SLIDING) && !type.equals(FULL)) {
      throw new IllegalArgumentException(
          "an element of layer_types must be " + FULL + " or " + SLIDING + ", got " + type);
    }
    return type.equals(SLIDING);
  }

  /** The same window in every layer. */
  public static LayerWindows same(int numLayers, OptionalInt window) {
    return new LayerWindows(Collections.nCopies(numLayers, window));
  }

  /**
   * The value of {@code sliding_window}; empty when it is null.
   *
   * @param absent the window where the key is absent
   */
  public static OptionalInt window(ConfigJson json, OptionalInt absent) {
    if (!json.node().has(KEY)) {
      return absent;
    }
    return json.has(KEY) ? OptionalInt.of(json.positive(KEY, 1)) : OptionalInt.empty();
  }

  /** The window of a layer. */
  public OptionalInt of(int layer) {
    return ofLayer.get(layer);
  }
}
