package io.troupe.tensor.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PhiloxTest {
  /** Known-answer vectors of philox4x32-10 from Random123's kat_vectors file. */
  @Test
  void matchesPublishedTestVectors() {
    assertThat(block(new Philox(0, 0, 0, 0), 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(block(new Philox(-1, -1, -1, -1), -1L))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(
            block(new Philox(0xa4093822, 0x299f31d0, 0x13198a2e, 0x03707344), 0x85a308d3243f6a88L))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  private static int[] block(Philox generator, long index) {
    int[] words = new int[4];
    generator.block(index, words);
    return words;
  }

  @Test
  void wordEqualsWordOfItsBlock() {
    Philox generator = Philox.of(42);
    for (long i = 0; i < 40; i++) {
      assertThat(generator.word(i)).isEqualTo(block(generator, i / 4)[(int) (i % 4)]);
    }
  }

  @Test
  void derivedStreamsDiffer() {
    Set<Integer> first = new HashSet<>();
    for (long seed = 0; seed < 3; seed++) {
      first.add(Philox.of(seed).word(0));
      for (long part = 0; part < 300; part++) {
        Philox derived = Philox.of(seed).derive(part);
        first.add(derived.word(0));
        first.add(derived.derive(0).word(0));
      }
    }
    assertThat(first).hasSize(3 * 601);
  }

  @Test
  void uniformNumbersCoverTheUnitInterval() {
    Philox generator = Philox.of(7);
    int[] tenths = new int[10];
    for (long i = 0; i < 10_000; i++) {
      double u = generator.uniform(i);
      assertThat(u).isBetween(0.0, Math.nextDown(1.0));
      tenths[(int) (u * 10)]++;
    }
    // the expected count per bin is 1000, its standard deviation 30
    assertThat(Arrays.stream(tenths).boxed()).allMatch(count -> count > 850 && count < 1150);
  }
}
