package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.lm.LMConfig;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StopTokensTest {
  private static final GenerationConfig GREEDY = GenerationConfig.greedy(5);

  private final Tokenizer tokenizer = new CharacterTokenizer("abc"); // eos_token is 2

  private static LMConfig model(Set<Integer> eosTokenIds) {
    return new LMConfig(
        "llama", 9, 8, 1, 2, 1, 4, 16, eosTokenIds, OptionalInt.empty(), OptionalInt.empty());
  }

  private static void assertEnds(StopTokens stopTokens, Integer... ids) {
    for (int id = 0; id < 9; id++) {
      boolean ends = List.of(ids).contains(id);
      assertThat(stopTokens.finishReason(id).isPresent()).as("token %d", id).isEqualTo(ends);
    }
  }

  @Test
  void theTokensOfModelAndTokenizerEndACompletion() {
    assertEnds(StopTokens.of(GREEDY, model(Set.of(4, 5)), tokenizer), 2, 4, 5);
    assertEnds(StopTokens.of(GREEDY, model(Set.of()), tokenizer), 2);
    assertEnds(StopTokens.of(GREEDY, model(Set.of(2)), tokenizer), 2);
  }

  @Test
  void theSettingsOverrideModelAndTokenizer() {
    assertEnds(StopTokens.of(GREEDY.withEosTokenIds(Set.of(7)), model(Set.of(4)), tokenizer), 7);
    assertEnds(StopTokens.of(GREEDY.withEosTokenIds(Set.of()), model(Set.of(4)), tokenizer));
  }

  @Test
  void theStopTokensOfTheSettingsEndACompletionInAddition() {
    GenerationConfig config = GREEDY.withStopTokenIds(Set.of(4, 7));
    StopTokens stopTokens = StopTokens.of(config, model(Set.of(4)), tokenizer);
    assertEnds(stopTokens, 2, 4, 7);
    assertThat(stopTokens.finishReason(7)).hasValue(new FinishReason.StopToken(7));
    assertThat(stopTokens.finishReason(4)).hasValue(new FinishReason.EndOfText(4));
  }

  @Test
  void aStopStringThatIsASpecialTokenEndsACompletion() {
    GenerationConfig config = GREEDY.withStopStrings(List.of("<pad>", "ab"));
    StopTokens stopTokens = StopTokens.of(config, model(Set.of(4)), tokenizer);
    assertEnds(stopTokens, 0, 2, 4);
    assertThat(stopTokens.finishReason(0)).hasValue(new FinishReason.StopString("<pad>"));
    assertThat(stopTokens.finishReason(4)).hasValue(new FinishReason.EndOfText(4));
  }
}
