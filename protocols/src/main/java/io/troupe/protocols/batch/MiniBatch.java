package io.troupe.protocols.batch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The examples of one step.
 *
 * @param step the step that it is for, counted from 1; in an evaluation the place of the batch
 * @param size the number of examples
 * @param arrays by name: {@code input}, and with it {@code label} (class of each example) or {@code
 *     target} where there is one; the first size of each is {@code size} unless its name says
 *     otherwise
 */
public record MiniBatch(long step, int size, Map<String, ArrayData> arrays) {
  /** Copies the map. */
  public MiniBatch {
    arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
  }

  /**
   * The array of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public ArrayData array(String name) {
    ArrayData array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          "the mini-batch of step " + step + " has " + arrays.keySet() + ", but no " + name);
    }
    return array;
  }
}
