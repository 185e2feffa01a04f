package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DecodingEngineTest {
  private static final ReferenceDecoding DECODING = new ReferenceDecoding("llama3-untied", 1);
  private static final GenerationConfig GREEDY =
      GenerationConfig.greedy(12).withEosTokenIds(Set.of());

  private final DecodingEngine engine =
      Decoding.engine(DECODING, new DecodingLimits(4, 16 * 40, 64, 3));

  @AfterAll
  static void closeModel() {
    DECODING.close();
  }

  @AfterEach
  void closeEngine() {
    engine.close();
  }

  private Completion decode(GenerationConfig config) {
    return Decoding.runOne(engine, config, 1, 1, 17, 4);
  }

  @Test
  void theLengthLimitEndsASample() {
    Completion completion = decode(GREEDY);

    assertThat(completion.tokenIds()).hasSize(12);
    assertThat(completion.finishReason()).isEqualTo(new FinishReason.LengthLimit(12));
  }

  @Test
  void anEndOfTextTokenEndsASampleAndBelongsToIt() {
    int eos = decode(GREEDY).tokenIds()[5];
    int[] all = decode(GREEDY).tokenIds();
    int first = IntStream.range(0, 12).filter(i -> all[i] == eos).findFirst().orElseThrow();

    Completion completion = decode(GREEDY.withEosTokenIds(Set.of(eos)));

    assertThat(completion.tokenIds()).isEqualTo(Arrays.copyOf(all, first + 1));
    assertThat(completion.finishReason()).isEqualTo(new FinishReason.EndOfText(eos));
    assertThat(completion.text()).isEqualTo(DECODING.tokenizer().decode(Arrays.copyOf(all, first)));
  }

  @Test
  void theContextEndsASample() {
    int[] prompt = new int[61]; // of 64
    Arrays.fill(prompt, 8);

    Completion completion = Decoding.runOne(engine, GREEDY, 1, prompt);

    assertThat(completion.tokenIds()).hasSize(3);
    assertThat(completion.finishReason()).isEqualTo(new FinishReason.LengthLimit(3));
  }

  @Test
  void aStopStringAcrossTokensEndsASampleAndIsLeftOutOfItsText() {
    Completion free = decode(GREEDY);
    String stop = free.text().substring(3, 6); // a letter is a token
    int at = free.text().indexOf(stop);

    Completion completion = decode(GREEDY.withStopStrings(List.of("nowhere", stop)));

    assertThat(completion.finishReason()).isEqualTo(new FinishReason.StopString(stop));
    assertThat(completion.text()).isEqualTo(free.text().substring(0, at));
    assertThat(completion.tokenIds()).isEqualTo(Arrays.copyOf(free.tokenIds(), at + stop.length()));
  }

  @Test
  void aStopStringThatIsASpecialTokenEndsASample() {
    GenerationConfig sampling = GenerationConfig.sampling(40, 5).withEosTokenIds(Set.of(1));
    Streamed streamed = new Streamed();
    engine.submit(
        Decoding.group(5, 4, 1, 9), sampling.withStopStrings(List.of("<eos>", "zz")), streamed);
    while (engine.step()) {
      assertThat(engine.numWaiting()).isZero();
    }

    List<Completion> stopped =
        streamed.result.completions().stream()
            .filter(c -> c.finishReason().equals(new FinishReason.StopString("<eos>")))
            .toList();
    assertThat(stopped).isNotEmpty();
    for (Completion completion : stopped) {
      int[] ids = completion.tokenIds();
      assertThat(ids).endsWith(2);
      assertThat(Arrays.stream(ids, 0, ids.length - 1)).doesNotContain(2);
      assertThat(completion.text()).doesNotContain("<eos>");
      assertThat(streamed.texts.get(completion.sampleIndex())).hasToString(completion.text());
    }
  }

  @Test
  void streamedTextNeverHasAPartOfAStopString() {
    Completion free = decode(GREEDY);
    for (int from = 0; from < 9; from++) {
      String stop = free.text().substring(from, from + 3);
      Streamed streamed = new Streamed();
      engine.submit(
          Decoding.group(5, 1, 1, 17, 4), GREEDY.withStopStrings(List.of(stop)), streamed);
      String shown = free.text().substring(0, free.text().indexOf(stop));
      while (engine.step()) {
        assertThat(shown).startsWith(streamed.texts.get(0).toString());
      }
      assertThat(streamed.texts.get(0)).hasToString(shown);
      assertThat(streamed.result.completions().getFirst().finishReason())
          .isEqualTo(new FinishReason.StopString(stop));
    }
  }

  @Test
  void tokensAreStreamedWhileTheyAreDecoded() {
    Streamed streamed = new Streamed();
    engine.submit(Decoding.group(5, 2, 1, 9), GREEDY, streamed);
    while (engine.step()) {
      assertThat(streamed.tokens.get(0)).hasSameSizeAs(streamed.tokens.get(1));
    }

    for (Completion completion : streamed.result.completions()) {
      int sample = completion.sampleIndex();
      assertThat(streamed.tokens.get(sample))
          .isEqualTo(Arrays.stream(completion.tokenIds()).boxed().toList());
      assertThat(streamed.texts.get(sample)).hasToString(completion.text());
    }
  }

  private static class Streamed implements CompletionListener {
    final Map<Integer, List<Integer>> tokens = new HashMap<>();
    final Map<Integer, StringBuilder> texts = new HashMap<>();
    SampledGroup result;

    @Override
    public boolean wantsTokens() {
      return true;
    }

    @Override
    public void onToken(DecodedToken token) {
      tokens.computeIfAbsent(token.sampleIndex(), s -> new ArrayList<>()).add(token.tokenId());
      texts
          .computeIfAbsent(token.sampleIndex(), s -> new StringBuilder())
          .append(token.textDelta());
    }

    @Override
    public void onCompleted(SampledGroup group) {
      result = group;
    }
  }

  @Test
  void aCancelledGroupKeepsItsTokens() {
    List<SampledGroup> results = new ArrayList<>();
    engine.submit(Decoding.group(1, 6, 1, 9), GREEDY, results::add); // 4 run, 2 wait
    engine.submit(Decoding.group(2, 1, 1, 9), GREEDY, results::add);
    engine.step();
    engine.step();

    engine.cancel(2, "nobody");
    engine.cancel(1, "the client");
    engine.cancel(1, "again");

    assertThat(results).hasSize(2);
    assertThat(results.get(0).completions().getFirst().finishReason())
        .isEqualTo(new FinishReason.Cancelled("nobody"));
    assertThat(results.get(1).completions())
        .extracting(completion -> completion.tokenIds().length)
        .containsExactly(2, 2, 2, 2, 0, 0);
    assertThat(engine.step()).isFalse();
    assertThat(engine.numFreePages()).isEqualTo(engine.numPages());
  }

  @Test
  void aListenerMayCancelAndSubmit() {
    List<SampledGroup> results = new ArrayList<>();
    Streamed first =
        new Streamed() {
          @Override
          public void onToken(DecodedToken token) {
            engine.cancel(token.groupId(), "its listener");
          }

          @Override
          public void onCompleted(SampledGroup group) {
            results.add(group);
            engine.submit(Decoding.group(8, 1, 1), GREEDY, results::add);
          }
        };
    engine.submit(Decoding.group(7, 2, 1, 9), GREEDY, first);
    while (engine.step()) {
      assertThat(results.size()).isPositive();
    }

    assertThat(results).extracting(group -> group.spec().groupId()).containsExactly(7L, 8L);
    assertThat(results.getFirst().completions())
        .allSatisfy(completion -> assertThat(completion.tokenIds()).hasSize(1));
    assertThat(engine.numFreePages()).isEqualTo(engine.numPages());
  }

  @Test
  void groupsAreRefusedWhenTheQueueIsFull() {
    for (int id = 0; id < 3; id++) {
      assertThat(engine.hasRoom()).isTrue();
      engine.submit(Decoding.group(id, 1, 1), GREEDY, group -> {});
    }

    assertThat(engine.hasRoom()).isFalse();
    assertThatThrownBy(() -> engine.submit(Decoding.group(3, 1, 1), GREEDY, group -> {}))
        .isInstanceOf(QueueFullException.class)
        .hasMessage(
            "group 3 is refused: 3 groups wait already, as many as max-waiting-groups allows");
  }

  @Test
  void groupsThatCannotBeDecodedAreRefused() {
    int[] tooLong = new int[64];
    refuses(
        Decoding.group(0, 1, tooLong),
        "must have at most 63 tokens (the model's context is 64), got");
    refuses(
        Decoding.group(0, 1, 3, 61), "only tokens below the model's vocab_size 61, got token 61");
    engine.submit(Decoding.group(0, 1, 3), GREEDY, group -> {});
    refuses(Decoding.group(0, 1, 3), "group 0 is being decoded already");
    try (DecodingEngine small = Decoding.engine(DECODING, new DecodingLimits(4, 16 * 2, 64))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> small.submit(Decoding.group(0, 1, new int[30]), GREEDY, group -> {}))
          .withMessageContaining("raise max-cached-tokens or lower max-new-tokens");
    }
  }

  private void refuses(GroupSpec group, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> engine.submit(group, GREEDY, result -> {}))
        .withMessageContaining(message);
  }

  @Test
  void aTokenizerWithMoreTokensThanTheModelDecodes() {
    CharacterTokenizer larger = new CharacterTokenizer(ReferenceDecoding.ALPHABET + "é");
    try (DecodingEngine other = new DecodingEngine(DECODING.model(), larger, Decoding.ROOMY)) {
      assertThat(Decoding.runOne(other, GREEDY, 1, 3).tokenIds())
          .isEqualTo(Decoding.runOne(engine, GREEDY, 1, 3).tokenIds());
    }
  }

  @Test
  void aModelInTrainingIsRefused() {
    engine.submit(Decoding.group(0, 1, 3), GREEDY, group -> {});
    DECODING.model().train();
    try {
      assertThatThrownBy(engine::step)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("call eval() before decoding");
    } finally {
      DECODING.model().eval();
    }
  }

  @Test
  void logitsThatAreNotNumbersStopTheEngine() {
    try (ReferenceDecoding broken = new ReferenceDecoding("llama-tied", 1);
        DecodingEngine decoding = Decoding.engine(broken, Decoding.ROOMY)) {
      broken.model().namedParameters().get("model.norm.weight").filli(Double.NaN);
      decoding.submit(Decoding.group(4, 1, 3), GREEDY, group -> {});
      decoding.weightsChanged(6);
      assertThatThrownBy(decoding::step)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("group 4: the logits at position 1 are not numbers under policy version 6");
    }
  }

  @Test
  void tokensCarryThePolicyVersionThatSampledThem() {
    List<SampledGroup> results = new ArrayList<>();
    engine.weightsChanged(3);
    engine.submit(Decoding.group(1, 1, 1, 9), GREEDY.withMaxNewTokens(5), results::add);
    engine.step();
    engine.step();
    engine.weightsChanged(4);
    while (engine.step()) {
      assertThat(engine.numRunning()).isLessThanOrEqualTo(1);
    }

    assertThat(results.getFirst().completions().getFirst().policyVersions())
        .containsExactly(3, 3, 4, 4, 4);
    assertThat(results.getFirst().oldestPolicyVersion()).isEqualTo(3);
  }

  @Test
  void allPagesAreFreeAfterARandomMixOfRequests() {
    SplittableRandom random = new SplittableRandom(31);
    Map<Long, Integer> ended = new HashMap<>();
    long nextGroup = 0;
    for (int step = 0; step < 150; step++) {
      if (engine.hasRoom() && random.nextInt(3) > 0) {
        int[] prompt = random.ints(random.nextInt(1, 50), 3, 61).toArray();
        GenerationConfig config =
            GenerationConfig.sampling(random.nextInt(1, 14), 1.5)
                .withEosTokenIds(Set.of(3, 4, 5, 6, 7));
        engine.submit(
            Decoding.group(nextGroup++, random.nextInt(1, 7), prompt),
            config,
            group -> ended.merge(group.spec().groupId(), 1, Integer::sum));
      }
      engine.step();
      if (random.nextInt(6) == 0) {
        engine.cancel(random.nextLong(nextGroup), "chance");
      }
    }
    while (engine.step()) {
      assertThat(engine.numRunning()).isLessThanOrEqualTo(4);
    }

    assertThat(ended).hasSize((int) nextGroup).allSatisfy((id, times) -> assertThat(times).isOne());
    assertThat(engine.numFreePages()).isEqualTo(engine.numPages());
    assertThat(engine.numWaiting()).isZero();
  }

  @Test
  void groupsWithDifferentSettingsShareAStep() {
    Completion alone = decode(GREEDY.withRepetitionPenalty(1.5));
    List<SampledGroup> results = new ArrayList<>();
    engine.submit(Decoding.group(1, 2, 1, 17, 4), GenerationConfig.sampling(12, 2), results::add);
    engine.submit(Decoding.group(2, 1, 1, 17, 4), GREEDY.withRepetitionPenalty(1.5), results::add);
    while (engine.step()) {
      assertThat(engine.numWaiting()).isZero();
    }

    SampledGroup greedy =
        results.stream().filter(group -> group.spec().groupId() == 2).findFirst().orElseThrow();
    assertThat(greedy.completions().getFirst().tokenIds()).isEqualTo(alone.tokenIds());
    assertThat(greedy.completions().getFirst().logProbs()).isEqualTo(alone.logProbs());
  }
}
