package io.troupe.deploy.bench.serve;

import io.troupe.data.json.FiniteJson;
import io.troupe.deploy.bench.serve.CompletionClient.Answer;
import io.troupe.deploy.bench.serve.EndpointSettings.Connection;
import io.troupe.deploy.bench.serve.LoadGenerator.Load;
import io.troupe.deploy.view.Figures;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/**
 * Measures an endpoint under a load.
 *
 * @param endpoint to measure
 * @param load requests and their arrival times
 * @param goodput objectives
 */
public record ServeBench(EndpointSettings endpoint, LoadSettings load, Goodput goodput) {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration READY_INTERVAL = Duration.ofMillis(200);

  /** Receives the progress of a load. */
  interface Watcher {
    /**
     * Starts to show the progress.
     *
     * @return ends it
     */
    AutoCloseable watch(LoadProgress progress);
  }

  /**
   * Runs the benchmark and prints its result; the progress goes to standard error.
   *
   * @param json whether to print JSON
   * @return whether a request was completed
   */
  public boolean report(PrintWriter out, PrintWriter err, boolean json) throws Exception {
    String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    ServeResult result =
        run(
            connection -> {
              if (!json) {
                printHeading(out, connection);
              }
            },
            new ProgressView(err, isTerminal()));
    if (json) {
      out.println(FiniteJson.line(result.toMap(date)));
      out.flush();
    } else {
      result.print(out);
    }
    return result.metrics().completed() > 0;
  }

  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }

  private void printHeading(PrintWriter out, Connection connection) {
    out.printf("%s, %s, model %s%n", endpoint.baseUrl(), endpoint.backend(), connection.model());
    out.printf(
        "%d prompts of %d tokens, %s, at most %d at once, %d new tokens each%n",
        load.numPrompts(),
        load.prefixLen() + load.inputLen(),
        Double.isInfinite(load.requestRate())
            ? "no arrival times"
            : "%s per second".formatted(Figures.amount(load.requestRate())),
        load.maxConcurrency(),
        load.outputLen());
    out.flush();
  }

  /**
   * Sends one request, so that a wrong setting is reported before the load starts, then the
   * warm-up, and then the load.
   *
   * @throws IllegalStateException if the first request fails
   */
  ServeResult run(Consumer<Connection> onConnect, Watcher watcher) throws Exception {
    Connection connection = endpoint.connect(load.maxConcurrency());
    try (CompletionClient client = connection.client()) {
      onConnect.accept(connection);
      RandomPrompts prompts = load.prompts(connection.vocabSize());
      requireAnswer(connection, load.request(load.numPrompts(), prompts));
      warmUp(connection, prompts);
      long[] arrivalsNs =
          new RequestSchedule(load.requestRate(), load.seed()).arrivalsNs(load.numPrompts());
      BenchClock clock = BenchClock.SYSTEM;
      LoadProgress progress =
          new LoadProgress(arrivalsNs.length, arrivalsNs[arrivalsNs.length - 1], clock);
      try (AutoCloseable _ = watcher.watch(progress)) {
        Load outcomes =
            new LoadGenerator(client, connection.model(), load.maxConcurrency(), clock)
                .run(index -> load.request(index, prompts), arrivalsNs, progress);
        return new ServeResult(
            endpoint, connection.model(), load, ServeMetrics.of(outcomes, goodput), outcomes);
      }
    }
  }

  /** As many requests at once as allowed, so that both sides have compiled what they run. */
  private void warmUp(Connection connection, RandomPrompts prompts) throws InterruptedException {
    int count = load.numWarmups();
    int first = load.numPrompts() + 1; // after the measured ones and the first answer
    new LoadGenerator(
            connection.client(), connection.model(), load.maxConcurrency(), BenchClock.SYSTEM)
        .run(
            index -> load.request(first + index, prompts),
            new long[count],
            new LoadProgress(count, 0, BenchClock.SYSTEM));
  }

  private static void requireAnswer(Connection connection, LoadRequest request)
      throws IOException, InterruptedException {
    long endNs = System.nanoTime() + READY_LIMIT.toNanos();
    Answer answer = firstAnswer(connection, request);
    while (isStarting(answer) && System.nanoTime() < endNs) {
      Thread.sleep(READY_INTERVAL);
      answer = firstAnswer(connection, request);
    }
    if (answer instanceof Answer.Failed(String reason)) {
      throw new IllegalStateException("the endpoint must answer a first request, got " + reason);
    }
  }

  private static Answer firstAnswer(Connection connection, LoadRequest request)
      throws IOException, InterruptedException {
    TokenArrivals tokens = new TokenArrivals(BenchClock.SYSTEM, () -> {});
    return connection.client().complete(connection.model(), request, tokens);
  }

  /** An endpoint that has not loaded its model answers with this status. */
  private static boolean isStarting(Answer answer) {
    return answer instanceof Answer.Failed(String reason) && reason.startsWith("status 503");
  }
}
