package io.troupe.rollout.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ColdLogProbs;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.WeightVersions;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.DecodingLimits.PrefixCaching;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingRequest.Events;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers on threads of their own, while another thread replaces the weights. */
@Timeout(300)
class WeightUpdateUnderLoadTest {
  private static final int NUM_READERS = 16;
  private static final int NUM_SWAPS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private record Answer(DecodingRequest request, SampledGroup group) {}

  private static DecodingRequest request(SplittableRandom random) {
    int[] prompt = IntStream.range(0, random.nextInt(1, 40)).map(i -> 3 + i % 50).toArray();
    GenerationConfig config =
        random.nextBoolean()
            ? GenerationConfig.greedy(20)
            : GenerationConfig.sampling(20, 1.2).withNumReturnSequences(2);
    GroupSpec group =
        new GroupSpec(
            random.nextInt(9), ReferenceDecoding.prompt(0, prompt), config.numReturnSequences(), 4);
    return new DecodingRequest(group, config.withEosTokenIds(Set.of()), Events.TOKENS);
  }

  /** Reads one request after the other until the weights change no more; cancels some. */
  private static List<Answer> read(DecodingService service, long seed, AtomicBoolean isOver)
      throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    List<Answer> answers = new ArrayList<>();
    while (!isOver.get()) {
      DecodingRequest request = request(random);
      int cancelAfter = random.nextInt(4) == 0 ? random.nextInt(20) : Integer.MAX_VALUE;
      try (DecodingStream stream = service.submit(request)) {
        int numEvents = 0;
        Optional<DecodingEvent> event = stream.await(PATIENCE);
        while (!(event.orElseThrow() instanceof RequestCompleted)) {
          if (numEvents++ == cancelAfter) {
            stream.cancel("its reader");
          }
          event = stream.await(PATIENCE);
        }
        answers.add(new Answer(request, ((RequestCompleted) event.get()).group()));
      }
    }
    return answers;
  }

  private static List<Answer> readOne(DecodingService service, long seed)
      throws InterruptedException {
    DecodingRequest request = request(new SplittableRandom(seed));
    try (DecodingStream stream =
        service.submit(
            new DecodingRequest(request.group(), request.config(), Events.COMPLETIONS))) {
      return List.of(
          new Answer(request, ((RequestCompleted) stream.await(PATIENCE).orElseThrow()).group()));
    }
  }

  @Test
  void fiftySwapsUnderSixteenStreamsFailNoRequestAndMixNoVersions() throws Exception {
    List<Answer> answers = new ArrayList<>();
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama3-untied", 2)) {
      WeightVersions versions = new WeightVersions(decoding.model());
      DecodingLimits limits =
          new DecodingLimits(20, 16 * 60, 16, 64).withPrefixCaching(PrefixCaching.ON);
      AtomicBoolean isOver = new AtomicBoolean();
      try (DecoderThread decoder =
              new DecoderThread(
                  "decoder", decoding.model(), decoding.tokenizer(), limits, PATIENCE);
          ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        DecodingService service = decoder.service();
        List<Future<List<Answer>>> readers = new ArrayList<>();
        for (int i = 0; i < NUM_READERS; i++) {
          long seed = i;
          readers.add(threads.submit(() -> read(service, seed, isOver)));
        }
        for (int i = 1; i <= NUM_SWAPS; i++) {
          long version = i;
          RunningRequests mode = i % 10 == 0 ? RunningRequests.WAIT : RunningRequests.RECOMPUTE;
          service.await(service.swapWeights(() -> versions.write(version), mode), PATIENCE);
          answers.addAll(readOne(service, version)); // several passes until the next version
        }
        isOver.set(true);
        for (Future<List<Answer>> reader : readers) {
          answers.addAll(reader.get());
        }
        assertThat(service.numOpen()).isZero();
        assertThat(service.statistics().usedPages()).isZero();
        assertThat(service.statistics().prefixHitTokens()).isPositive();
      }
      check(answers, new ColdLogProbs(decoding, versions));
    }
  }

  private static void check(List<Answer> answers, ColdLogProbs cold) {
    assertThat(answers).hasSizeGreaterThan(NUM_READERS);
    for (Answer answer : answers) {
      for (Completion completion : answer.group.completions()) {
        assertThat(completion.finishReason())
            .isIn(new FinishReason.LengthLimit(20), new FinishReason.Cancelled("its reader"));
        if (completion.tokenIds().length > 0) {
          cold.check("under load", answer.request, completion);
        }
      }
    }
  }
}
