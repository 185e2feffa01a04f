package io.troupe.rollout.engine;

import io.troupe.nn.lm.LMConfig;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tokens that end a completion: end-of-text tokens, the stop tokens of the settings, and stop
 * strings that are special tokens. Special tokens may have no text, so such a stop string cannot be
 * found in the text of a completion.
 */
public final class StopTokens {
  private final Set<Integer> endTokenIds;
  private final int[] tokenIds; // ascending
  private final FinishReason[] reasons;

  private StopTokens(Set<Integer> endTokenIds, SortedMap<Integer, FinishReason> reasons) {
    this.endTokenIds = endTokenIds;
    this.tokenIds = reasons.keySet().stream().mapToInt(Integer::intValue).toArray();
    this.reasons = reasons.values().toArray(FinishReason[]::new);
  }

  /**
   * The tokens that end a completion under some settings. A token that is several of them is
   * reported as the stop string, or else as the end of the text.
   *
   * @param model the model; its end-of-text tokens (of {@code config.json} and {@code
   *     generation_config.json}) and the tokenizer's are used unless the settings have their own
   */
  public static StopTokens of(GenerationConfig config, LMConfig model, Tokenizer tokenizer) {
    Set<Integer> eosTokenIds = config.eosTokenIds().orElseGet(() -> eos(model, tokenizer));
    SortedMap<Integer, FinishReason> reasons = new TreeMap<>();
    for (int id : eosTokenIds) {
      reasons.put(id, new FinishReason.EndOfText(id));
    }
    for (int id : config.stopTokenIds()) {
      reasons.putIfAbsent(id, new FinishReason.StopToken(id));
    }
    Set<Integer> endTokenIds = Set.copyOf(reasons.keySet());
    for (String text : config.stopStrings()) {
      OptionalInt id = tokenizer.specialTokenId(text);
      if (id.isPresent()) {
        reasons.put(id.getAsInt(), new FinishReason.StopString(text));
      }
    }
    return new StopTokens(endTokenIds, reasons);
  }

  /** The end-of-text tokens of the model and of the tokenizer. */
  private static Set<Integer> eos(LMConfig model, Tokenizer tokenizer) {
    Set<Integer> ids = new TreeSet<>(model.eosTokenIds());
    tokenizer.eosTokenId().ifPresent(ids::add);
    return ids;
  }

  /**
   * The end-of-text tokens and the stop tokens of the settings, which a minimum length excludes.
   * Special tokens of stop strings are not among them.
   */
  public Set<Integer> endTokenIds() {
    return endTokenIds;
  }

  /** All tokens that end a completion. */
  public int[] tokenIds() {
    return tokenIds.clone();
  }

  /** Why a completion ends with a token, if it does. */
  public Optional<FinishReason> finishReason(int tokenId) {
    int i = Arrays.binarySearch(tokenIds, tokenId);
    return i >= 0 ? Optional.of(reasons[i]) : Optional.empty();
  }
}
