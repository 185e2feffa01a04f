package io.troupe.deploy.bench.serve;

import io.troupe.deploy.bench.serve.CompletionClient.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/**
 * Sends requests at their arrival times, each on a virtual thread. If the maximum number of
 * requests is in flight, an arrival waits until one of them has ended; its latency starts when it
 * is sent.
 *
 * @param client connection to the endpoint
 * @param model name of the model
 * @param maxConcurrency maximum number of requests in flight
 * @param clock of arrivals and latencies
 */
record LoadGenerator(CompletionClient client, String model, int maxConcurrency, BenchClock clock) {

  /**
   * The outcomes of a load.
   *
   * @param outcomes of the requests, in their order
   * @param durationNs time from the first arrival to the end of the last request
   */
  record Load(List<Outcome> outcomes, long durationNs) {}

  /**
   * Sends all requests, and blocks until they have ended.
   *
   * @param request returns the request with an index
   * @param arrivalsNs arrival times since the start, one per request, in ascending order
   */
  Load run(IntFunction<LoadRequest> request, long[] arrivalsNs, LoadProgress progress)
      throws InterruptedException {
    Semaphore slots = new Semaphore(maxConcurrency);
    List<Future<Outcome>> answers = new ArrayList<>(arrivalsNs.length);
    long startNs = clock.nanoTime();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("load-", 0).factory())) {
      try {
        for (int i = 0; i < arrivalsNs.length; i++) {
          clock.sleepUntil(startNs + arrivalsNs[i]);
          slots.acquire();
          LoadRequest next = request.apply(i);
          answers.add(threads.submit(() -> send(next, slots, progress)));
        }
        return new Load(outcomes(answers), clock.nanoTime() - startNs);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
  }

  private Outcome send(LoadRequest request, Semaphore slots, LoadProgress progress)
      throws InterruptedException {
    progress.started();
    TokenArrivals tokens = new TokenArrivals(clock, progress::token);
    Outcome outcome = new Outcome.Failed("interrupted");
    try {
      outcome = outcome(request, tokens);
      return outcome;
    } finally {
      progress.ended(outcome, tokens.count());
      slots.release();
    }
  }

  private Outcome outcome(LoadRequest request, TokenArrivals tokens) throws InterruptedException {
    try {
      Answer answer = client.complete(model, request, tokens);
      return switch (answer) {
        case Answer.Completed(int input, int output) ->
            tokens.count() == 0
                ? new Outcome.Failed("the answer must contain a token, got none")
                : new Outcome.Completed(tokens.latency(output), input, output);
        case Answer.Rejected _ -> new Outcome.Rejected();
        case Answer.Failed(String reason) -> new Outcome.Failed(reason);
      };
    } catch (IOException e) {
      return new Outcome.Failed(reason(e));
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static List<Outcome> outcomes(List<Future<Outcome>> answers) throws InterruptedException {
    List<Outcome> outcomes = new ArrayList<>(answers.size());
    for (Future<Outcome> answer : answers) {
      try {
        outcomes.add(answer.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("a request failed: " + e.getCause(), e.getCause());
      }
    }
    return outcomes;
  }
}
