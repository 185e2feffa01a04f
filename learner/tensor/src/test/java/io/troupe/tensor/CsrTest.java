package io.troupe.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CsrTest {
  @Test
  void entriesOfARowKeepTheirOrder() {
    Csr csr = Csr.of(3, 4, new int[] {2, 0, 2, 0}, new int[] {1, 3, 0, 3});
    assertThat(csr.offsets()).containsExactly(0, 2, 2, 4);
    assertThat(csr.columns()).containsExactly(3, 3, 1, 0);
    assertThat(csr.positions()).containsExactly(1, 3, 0, 2);
    assertThat(csr.degree(1)).isZero();
  }

  @Test
  void entriesInTheOrderOfTheRowsNeedNoPositions() {
    Csr csr = Csr.of(2, 2, new int[] {0, 0, 1}, new int[] {1, 0, 1});
    assertThat(csr.positions()).isNull();
    assertThat(csr.transposed().positions()).containsExactly(1, 0, 2);
  }

  @Test
  void transposedRefersToTheSameEntries() {
    Csr csr = Csr.of(3, 4, new int[] {2, 0, 2, 0}, new int[] {1, 3, 0, 3}).transposed();
    assertThat(csr.numRows()).isEqualTo(4);
    assertThat(csr.offsets()).containsExactly(0, 1, 2, 2, 4);
    assertThat(csr.columns()).containsExactly(2, 2, 0, 0);
    assertThat(csr.positions()).containsExactly(2, 0, 1, 3);
  }

  @Test
  void rejectsEntriesOutsideTheMatrix() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Csr.of(2, 3, new int[] {0, 1}, new int[] {2, 3}))
        .withMessage("entry 1 must be within 2 rows and 3 columns, got row 1, column 3");
  }
}
