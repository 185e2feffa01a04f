package io.troupe.tensor.cpu.products;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.products.TileShape.Mode;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TileShapeTest {
  @Test
  void everyShapeHasItsOwnIndex() {
    Set<Integer> indexes = new HashSet<>();
    int shapes = 0;
    for (int rows = 1; rows <= 14; rows++) {
      for (int vectors = 1; vectors <= Product.MAX_VECTORS; vectors *= 2) {
        for (Mode mode : Mode.values()) {
          for (int flags = 0; flags < 8; flags++) {
            for (int lines : new int[] {0, 1, 2, 4}) {
              indexes.add(shape(rows, vectors, mode, flags, lines).index());
              shapes++;
            }
          }
        }
      }
    }
    assertThat(indexes).hasSize(shapes).allMatch(index -> index >= 0 && index < TileShape.COUNT);
  }

  private static TileShape shape(int rows, int vectors, Mode mode, int flags, int lines) {
    boolean isUneven = (flags & 1) != 0;
    boolean isMasked = (flags & 2) != 0;
    boolean isIndexed = (flags & 4) != 0;
    return new TileShape(rows, isUneven, vectors, mode, isMasked, isIndexed, lines);
  }
}
