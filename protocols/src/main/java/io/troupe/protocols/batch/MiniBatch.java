package io.troupe.protocols.batch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The examples of one step.
 *
 * @param step the training step, from 1; in an evaluation the index of the batch
 * @param size the number of examples
 * @param arrays by name: {@code input}, and with it {@code label} (class of each example) or {@code
 *     target} where there is one; texts in tokens have transformers' names, such as {@code
 *     input_ids}; the first size of each is {@code size} unless its name says otherwise
 */
public record MiniBatch(long step, int size, Map<String, ArrayData> arrays) {
  /** Copies the map. */
  public MiniBatch {
    arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
  }

  /**
   * Returns an array by its name.
   *
   * @throws IllegalArgumentException if there is no such array
   */
  public ArrayData array(String name) {
    ArrayData array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          "mini-batch of step %d must have an array %s, got %s"
              .formatted(step, name, arrays.keySet()));
    }
    return array;
  }
}
