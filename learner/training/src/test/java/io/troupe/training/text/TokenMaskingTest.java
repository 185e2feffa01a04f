package io.troupe.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenMaskingTest {
  private static final int MASK = 4;
  private static final int VOCABULARY = 1000;
  private static final int TIME = 50;

  /** Tokens 0 to 4 are special; odd tokens from 501 on continue a word. */
  private static TokenMasking masking(MaskedUnit unit) {
    BitSet special = new BitSet();
    special.set(0, 5);
    BitSet continuations = new BitSet();
    IntStream.range(501, VOCABULARY).filter(id -> id % 2 == 1).forEach(continuations::set);
    return new TokenMasking(0.15, unit, MASK, VOCABULARY, special, continuations);
  }

  private static int[] texts(int rows) {
    int[] ids = new int[rows * TIME];
    for (int i = 0; i < ids.length; i++) {
      int place = i % TIME;
      ids[i] = place == 0 ? 2 : place > 45 ? 0 : 5 + (int) (995 * Philox.of(6).uniform(i));
    }
    return ids;
  }

  @Test
  void selectsFifteenPercentAndReplacesThemAsBertDoes() {
    int[] ids = texts(400);
    MaskedTexts masked = masking(MaskedUnit.TOKEN).mask(ids, TIME, Philox.of(1));
    int count = masked.positions().length;
    double candidates = 400 * 45;
    assertThat(count / candidates).isCloseTo(0.15, within(0.01));
    int masks = 0;
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int position = masked.positions()[i];
      assertThat(masked.labels()[i]).isEqualTo(ids[position]).isGreaterThan(4);
      masks += masked.inputIds()[position] == MASK ? 1 : 0;
      kept += masked.inputIds()[position] == ids[position] ? 1 : 0;
    }
    assertThat(masks / (double) count).isCloseTo(0.8, within(0.02));
    assertThat(kept / (double) count).isCloseTo(0.1, within(0.02));
    int changed =
        (int) IntStream.range(0, ids.length).filter(i -> ids[i] != masked.inputIds()[i]).count();
    assertThat(changed).as("only selected tokens change").isEqualTo(count - kept);
  }

  @Test
  void wholeWordsAreSelectedWithAllTheirPieces() {
    int[] ids = texts(100);
    MaskedTexts masked = masking(MaskedUnit.WORD).mask(ids, TIME, Philox.of(2));
    BitSet selected = new BitSet();
    Arrays.stream(masked.positions()).forEach(selected::set);
    int continued = 0;
    for (int i = 1; i < ids.length; i++) {
      boolean continues = ids[i] > 500 && ids[i] % 2 == 1 && ids[i - 1] > 4 && i % TIME != 0;
      if (continues) {
        assertThat(selected.get(i)).as("token %d", i).isEqualTo(selected.get(i - 1));
        continued += selected.get(i) ? 1 : 0;
      }
    }
    assertThat(continued).isPositive();
    assertThat(masked.positions().length / (100.0 * 45)).isCloseTo(0.15, within(0.02));
  }

  @Test
  void maskIsAFunctionOfTheDraws() {
    int[] ids = texts(3);
    MaskedTexts first = masking(MaskedUnit.TOKEN).mask(ids, TIME, Philox.of(3));
    MaskedTexts again = masking(MaskedUnit.TOKEN).mask(ids, TIME, Philox.of(3));
    MaskedTexts other = masking(MaskedUnit.TOKEN).mask(ids, TIME, Philox.of(4));
    assertThat(again.inputIds()).isEqualTo(first.inputIds());
    assertThat(again.positions()).isEqualTo(first.positions());
    assertThat(other.positions()).isNotEqualTo(first.positions());
  }

  @Test
  void aTokenIsSelectedEvenInTheShortestText() {
    TokenMasking rare =
        new TokenMasking(1e-9, MaskedUnit.TOKEN, MASK, 10, new BitSet(), new BitSet());
    assertThat(rare.mask(new int[] {7, 8}, 2, Philox.of(1)).positions()).containsExactly(0);
    assertThatThrownBy(() -> masking(MaskedUnit.TOKEN).mask(new int[] {0, 2}, 2, Philox.of(1)))
        .hasMessage("texts must have tokens that are not special, got none");
  }
}
