package io.troupe.deploy.bench.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.deploy.bench.serve.CompletionClient.Answer;
import io.troupe.deploy.bench.serve.LoadGenerator.Load;
import io.troupe.deploy.bench.serve.TokenArrivals.Latency;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadGeneratorTest {
  /** A client whose answers are a function. */
  private interface Script {
    Answer answer(LoadRequest request, TokenArrivals tokens)
        throws IOException, InterruptedException;
  }

  private static CompletionClient client(Script script) {
    return new CompletionClient() {
      @Override
      public ServedModel firstModel() {
        return new ServedModel("m", OptionalInt.empty());
      }

      @Override
      public Answer complete(String model, LoadRequest request, TokenArrivals tokens)
          throws IOException, InterruptedException {
        return script.answer(request, tokens);
      }

      @Override
      public void close() {}
    };
  }

  private static Load run(Script script, int concurrency, BenchClock clock, long... arrivalsNs)
      throws InterruptedException {
    return new LoadGenerator(client(script), "m", concurrency, clock)
        .run(
            index -> new LoadRequest(index, new int[] {7}, 2, 0, 0, false),
            arrivalsNs,
            new LoadProgress(arrivalsNs.length, 0, clock));
  }

  @Test
  void arrivalsAreAPoissonProcessOfTheSeed() {
    long[] arrivals = new RequestSchedule(50, 7).arrivalsNs(20_001);
    assertThat(arrivals[0]).isZero();
    assertThat(arrivals).isSorted();
    double[] gaps = new double[20_000];
    Arrays.setAll(gaps, i -> (arrivals[i + 1] - arrivals[i]) * 1e-9);
    double mean = Arrays.stream(gaps).average().orElseThrow();
    double variance = Arrays.stream(gaps).map(gap -> (gap - mean) * (gap - mean)).sum() / 20_000;
    assertThat(mean).isCloseTo(0.02, within(0.0005));
    assertThat(Math.sqrt(variance))
        .as("an exponential distribution")
        .isCloseTo(0.02, within(0.001));
    assertThat(new RequestSchedule(50, 7).arrivalsNs(9)).isEqualTo(Arrays.copyOf(arrivals, 9));
    assertThat(new RequestSchedule(50, 8).arrivalsNs(9)).isNotEqualTo(Arrays.copyOf(arrivals, 9));
    assertThat(new RequestSchedule(Double.POSITIVE_INFINITY, 7).arrivalsNs(3)).containsOnly(0);
  }

  @Test
  void requestsAreSentAtTheirArrivalTimes() throws InterruptedException {
    SteppingClock clock = new SteppingClock(0);
    long[] arrivalsNs = {0, 3_000_000, 5_000_000};
    long[] sentNs = new long[3];
    CompletionClient client =
        client(
            (request, tokens) -> {
              tokens.arrived();
              return new Answer.Completed(1, 1);
            });
    Load load =
        new LoadGenerator(client, "m", 1, clock)
            .run(
                index -> {
                  sentNs[index] = clock.nanoTime();
                  return new LoadRequest(index, new int[] {7}, 2, 0, 0, false);
                },
                arrivalsNs,
                new LoadProgress(3, 0, clock));
    assertThat(sentNs).containsExactly(arrivalsNs);
    assertThat(load.durationNs()).isEqualTo(5_000_000);
  }

  @Test
  void requestsInFlightAreBounded() throws InterruptedException {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    Load load =
        run(
            (request, tokens) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              three.countDown();
              three.await(); // the first three are in flight together
              tokens.arrived();
              running.decrementAndGet();
              return new Answer.Completed(1, 1);
            },
            3,
            new SteppingClock(1),
            new long[50]);
    assertThat(most).hasValue(3);
    assertThat(load.outcomes()).hasSize(50).allMatch(Outcome.Completed.class::isInstance);
  }

  @Test
  void outcomesKeepTheOrderOfRequests() throws InterruptedException {
    Load load =
        run(
            (request, tokens) ->
                switch (request.index()) {
                  case 0 -> {
                    tokens.arrived();
                    yield new Answer.Completed(3, 1);
                  }
                  case 1 -> new Answer.Rejected();
                  case 2 -> new Answer.Failed("status 500: x");
                  case 3 -> throw new IOException("connection reset");
                  default -> new Answer.Completed(3, 0);
                },
            5,
            new SteppingClock(1),
            new long[5]);
    assertThat(load.outcomes().getFirst()).isInstanceOf(Outcome.Completed.class);
    assertThat(load.outcomes().subList(1, 5))
        .isEqualTo(
            List.of(
                new Outcome.Rejected(),
                new Outcome.Failed("status 500: x"),
                new Outcome.Failed("connection reset"),
                new Outcome.Failed("the answer must contain a token, got none")));
  }

  @Test
  void progressShowsRateAndTimeLeft() {
    SteppingClock clock = new SteppingClock(0);
    LoadProgress progress = new LoadProgress(10, 8_000_000_000L, clock);
    for (int i = 0; i < 5; i++) {
      progress.started();
    }
    progress.token();
    progress.token();
    progress.ended(new Outcome.Rejected(), 0);
    progress.ended(new Outcome.Failed("x"), 0);
    progress.ended(new Outcome.Completed(new Latency(1, 1, new double[0], 1), 2, 8), 2);
    clock.sleepUntil(2_000_000_000L);
    assertThat(progress.line())
        .isEqualTo(
            "████░░░░░░░░░░░░ 3/10  2 running  1.5 req/s  4 tok/s  1 rejected  1 failed  0:06"
                + " left");
    clock.sleepUntil(500_000_000_000L);
    assertThat(progress.line().length()).isLessThanOrEqualTo(110);
  }

  @Test
  void promptsDependOnSeedAndIndex() {
    RandomPrompts prompts = new RandomPrompts(16, 4, 64, 1);
    assertThat(prompts.ids(3)).hasSize(20).isEqualTo(prompts.ids(3));
    assertThat(Arrays.copyOf(prompts.ids(3), 4)).isEqualTo(Arrays.copyOf(prompts.ids(8), 4));
    assertThat(Arrays.copyOfRange(prompts.ids(3), 4, 20))
        .isNotEqualTo(Arrays.copyOfRange(prompts.ids(8), 4, 20));
    assertThat(prompts.ids(3)).isNotEqualTo(new RandomPrompts(16, 4, 64, 2).ids(3));
    for (int i = 0; i < 200; i++) {
      assertThat(Arrays.stream(prompts.ids(i))).allMatch(id -> id >= 3 && id < 64);
    }
  }
}
