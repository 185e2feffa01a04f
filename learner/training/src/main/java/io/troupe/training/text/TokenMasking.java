package io.troupe.training.text;

import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Selects tokens for masked language modeling (arXiv:1810.04805, section 3.1): of the selected
 * tokens 80 % become the mask token, 10 % a random token, and 10 % stay. Special tokens are not
 * selected. As in transformers' {@code DataCollatorForLanguageModeling}, each unit is selected
 * independently; at least one is selected in a batch.
 *
 * @param probability of each unit, in (0, 1)
 * @param unit tokens or whole words
 * @param maskTokenId the mask token
 * @param vocabSize random tokens are below it
 * @param specialTokenIds tokens that are not selected, such as padding
 * @param continuations tokens that continue the word of the token before them
 */
public record TokenMasking(
    double probability,
    MaskedUnit unit,
    int maskTokenId,
    int vocabSize,
    BitSet specialTokenIds,
    BitSet continuations) {
  private static final double MASKED = 0.8;
  private static final double RANDOM = 0.1;

  private static final long SELECTION = 0;
  private static final long REPLACEMENT = 1;
  private static final long TOKEN = 2;

  /** Checks the probability and copies the sets. */
  public TokenMasking {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "mlm-probability must be above 0 and below 1, got " + probability);
    }
    specialTokenIds = (BitSet) specialTokenIds.clone();
    continuations = (BitSet) continuations.clone();
  }

  /** A unit: the tokens from one index to before another. */
  private record Unit(int from, int to) {}

  /**
   * Masks the tokens of texts of equal length.
   *
   * @param ids row-major, (batch, time)
   * @param random the draws; the result is a function of them and the ids
   * @throws IllegalArgumentException if all tokens are special
   */
  MaskedTexts mask(int[] ids, int time, Philox random) {
    List<Unit> units = units(ids, time);
    if (units.isEmpty()) {
      throw new IllegalArgumentException("texts must have tokens that are not special, got none");
    }
    Philox selection = random.derive(SELECTION);
    List<Unit> selected =
        units.stream().filter(u -> selection.uniform(u.from) < probability).toList();
    if (selected.isEmpty()) {
      selected = List.of(units.getFirst());
    }
    int count = selected.stream().mapToInt(u -> u.to - u.from).sum();
    MaskedTexts masked = new MaskedTexts(ids.clone(), new int[count], new int[count]);
    int place = 0;
    for (Unit unit : selected) {
      for (int i = unit.from; i < unit.to; i++) {
        masked.positions()[place] = i;
        masked.labels()[place++] = ids[i];
        masked.inputIds()[i] = replacement(ids[i], i, random);
      }
    }
    return masked;
  }

  private int replacement(int id, int index, Philox random) {
    double draw = random.derive(REPLACEMENT).uniform(index);
    if (draw < MASKED) {
      return maskTokenId;
    }
    return draw < MASKED + RANDOM ? (int) (random.derive(TOKEN).uniform(index) * vocabSize) : id;
  }

  private List<Unit> units(int[] ids, int time) {
    List<Unit> units = new ArrayList<>();
    for (int from = 0; from < ids.length; ) {
      int to = from + 1;
      if (!specialTokenIds.get(ids[from])) {
        while (to % time != 0 && unit == MaskedUnit.WORD && continuations.get(ids[to])) {
          to++;
        }
        units.add(new Unit(from, to));
      }
      from = to;
    }
    return units;
  }
}
