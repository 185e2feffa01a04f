package io.troupe.tensor.cpu.products;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.products.TileShape.Mode;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TileShapeTest {
  private static final boolean[] FLAGS = {false, true};

  @Test
  void everyShapeHasItsOwnIndex() {
    Set<Integer> indexes = new HashSet<>();
    int shapes = 0;
    for (int rows = 1; rows <= 14; rows++) {
      for (int vectors = 1; vectors <= Product.MAX_VECTORS; vectors *= 2) {
        for (Mode mode : Mode.values()) {
          for (boolean isMasked : FLAGS) {
            for (boolean isIndexed : FLAGS) {
              indexes.add(new TileShape(rows, vectors, mode, isMasked, isIndexed).index());
              shapes++;
            }
          }
        }
      }
    }
    assertThat(indexes).hasSize(shapes).allMatch(index -> index >= 0 && index < TileShape.COUNT);
  }
}
