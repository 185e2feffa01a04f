package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.rollout.ReferenceDecoding;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Completions under an output constraint. */
class ConstrainedDecodingTest {
  private static final GenerationConfig SAMPLING = GenerationConfig.sampling(12, 2);

  @AutoClose private final ReferenceDecoding decoding = new ReferenceDecoding("llama-tied", 1);
  @AutoClose private final DecodingEngine engine = Decoding.engine(decoding, Decoding.ROOMY);

  private List<Completion> decode(GenerationConfig config, String pattern) {
    GenerationConfig constrained = config.withConstraint(new OutputConstraint.Regex(pattern));
    return Decoding.run(engine, List.of(Decoding.group(1, 16, 1, 17, 4)), constrained)
        .get(1L)
        .completions();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(yes|no)", "[A-F]{3}[0-5]x", "(ab|c)"})
  void aCompletionEndsWhenNothingMayFollow(String pattern) {
    for (GenerationConfig config :
        List.of(
            SAMPLING,
            SAMPLING.withSampling(1, 3, 0.5, 0.1),
            GenerationConfig.greedy(12),
            SAMPLING.withEosTokenIds(Set.of()),
            SAMPLING.withMinNewTokens(9))) { // the constraint is shorter
      for (Completion completion : decode(config, pattern)) {
        assertThat(completion.text()).matches(pattern);
        assertThat(completion.finishReason()).isEqualTo(new FinishReason.ConstraintMet());
      }
    }
  }

  @Test
  void theEndOfTextIsPossibleOnlyWhereTheTextMayEnd() {
    GenerationConfig config = SAMPLING.withEosTokenIds(Set.of(2));
    int ended = 0;
    for (Completion completion : decode(config, "([a-z][0-5])+")) {
      if (completion.finishReason() instanceof FinishReason.EndOfText) {
        assertThat(completion.text()).matches("([a-z][0-5])+");
        ended++;
      } else {
        assertThat(completion.finishReason()).isEqualTo(new FinishReason.LengthLimit(12));
        assertThat(completion.text()).matches("([a-z][0-5]){6}");
      }
    }
    assertThat(ended).isPositive();
    for (Completion completion : decode(config.withMinNewTokens(12), "([a-z][0-5])+")) {
      assertThat(completion.tokenIds()).hasSize(12);
    }
  }

  @Test
  void logProbsAreThoseOfTheModelWithoutTheConstraint() {
    Completion free = Decoding.runOne(engine, GenerationConfig.greedy(1), 1, 1, 17, 4);
    String text = free.text();
    Completion constrained = decode(GenerationConfig.greedy(1), "(" + text + "|Q)").getFirst();
    assertThat(constrained.tokenIds()).isEqualTo(free.tokenIds());
    assertThat(constrained.logProbs()).isEqualTo(free.logProbs());
  }

  @Test
  void settingsThatLeaveNoTokenOrNoFiniteScoreAreRefused() {
    refuses(SAMPLING.withConstraint(new OutputConstraint.Regex("(")), "regex must ");
    refuses(SAMPLING.withSampling(1e-9, 0, 1, 0), "temperature must be >= 1e-6, got 1.0E-9");
    refuses(
        SAMPLING.withRepetitionPenalty(1e-300),
        "repetition-penalty must be in [1e-6, 1e6], got 1.0E-300");
    Set<Integer> most = new HashSet<>();
    for (int id = 0; id < 61; id++) {
      most.add(id);
    }
    refuses(
        SAMPLING.withMinNewTokens(3).withStopTokenIds(most),
        "min-new-tokens must be 0 with so many tokens that end a completion, got 3");
  }

  private void refuses(GenerationConfig config, String message) {
    assertThatThrownBy(() -> engine.submit(Decoding.group(1, 1, 3), config, result -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
