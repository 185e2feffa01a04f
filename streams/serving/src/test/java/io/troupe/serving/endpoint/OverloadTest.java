package io.troupe.serving.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.LoadConfig;
import io.troupe.protocols.config.ServingConfig;
import io.troupe.rollout.service.PassTimes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Admission under ten times the sustainable load, with a decoder in virtual time. */
class OverloadTest {
  private static final int PROMPT_TOKENS = 32;
  private static final int NEW_TOKENS = 64;
  private static final double SUSTAINABLE = 40; // requests per second
  private static final String LIMIT = "max-first-token-delay = 20ms";
  private static final double MAX_NS = 29e6; // the limit, the own prompt, and passes that vary
  private static final double SECONDS = 60;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void acceptedRequestsKeepTheirTimeToTheFirstToken(long seed) {
    Outcome normal = new Server(LIMIT, seed).run(SUSTAINABLE);
    Outcome overload = new Server(LIMIT, seed).run(10 * SUSTAINABLE);
    assertThat(normal.p99()).isLessThan(MAX_NS);
    assertThat(normal.refusedShare()).isLessThan(0.01);
    assertThat(overload.p99()).isLessThan(MAX_NS);
    assertThat(overload.firstNs).hasSizeGreaterThan(normal.firstNs.size());
  }

  @Test
  void withoutALimitTheyDoNot() {
    assertThat(new Server("", 1).run(10 * SUSTAINABLE).p99()).isGreaterThan(20 * MAX_NS);
  }

  @Test
  void aLongPromptIsAdmittedWhenNothingElseRunsAndHoldsOthersBack() {
    Server server = new Server(LIMIT + ", max-prefill-tokens = 64", 1);
    server.run(1); // measures the times of passes
    server.drain();
    server.submit(6400);
    assertThat(server.outcome.numRefused).isZero();
    server.submit(PROMPT_TOKENS);
    assertThat(server.outcome.numRefused).isEqualTo(1);
  }

  @Test
  void aCachedPrefixCountsAsRead() {
    Server server = new Server(LIMIT, 1);
    server.cachedShare = 0.95;
    server.run(1);
    server.drain();
    server.submit(PROMPT_TOKENS);
    server.submit(1000);
    assertThat(server.outcome.numRefused).isZero();
    server.submit(100_000);
    assertThat(server.outcome.numRefused).isEqualTo(1);
  }

  /** Times to the first token, and refusals, of the clients. */
  private static final class Outcome {
    final List<Long> firstNs = new ArrayList<>();
    int numRefused;

    double p99() {
      long[] sorted = firstNs.stream().mapToLong(ns -> ns).sorted().toArray();
      return sorted[(int) (0.99 * (sorted.length - 1))];
    }

    double refusedShare() {
      return (double) numRefused / (numRefused + firstNs.size());
    }
  }

  private static final class Request {
    final AdmissionGate.Place place;
    final long arrivedNs;
    int unread;
    int left = NEW_TOKENS;

    Request(AdmissionGate.Place place, long arrivedNs, int unread) {
      this.place = place;
      this.arrivedNs = arrivedNs;
      this.unread = unread;
    }
  }

  /** A decoder whose passes take 2 ms, and more for each token. */
  private static final class Server {
    private static final double PASS_NS = 2e6;
    private static final double DECODED_NS = 0.2e6;
    private static final double READ_NS = 0.1e6;

    final PassTimes passes = new PassTimes();
    final Outcome outcome = new Outcome();
    final Random random;
    final AdmissionGate gate;
    final int maxPrefillTokens;
    final Queue<Request> queue = new ArrayDeque<>();
    final List<Request> running = new ArrayList<>();
    double cachedShare;
    long nowNs = 1_000_000_000;

    Server(String load, long seed) {
      LoadConfig limits =
          ServingConfig.from(ConfigFactory.parseString("load { " + load + " }")).load();
      maxPrefillTokens = limits.maxPrefillTokens();
      random = new Random(seed);
      gate = new AdmissionGate(limits, passes, () -> nowNs);
    }

    Outcome run(double rate) {
      long endNs = nowNs + (long) (SECONDS * 1e9);
      long[] arrivals = arrivals(rate, endNs);
      int next = 0;
      while (nowNs < endNs) {
        if (queue.isEmpty() && running.isEmpty() && next < arrivals.length) {
          nowNs = Math.max(nowNs, arrivals[next]);
        }
        next = submitUntil(nowNs, arrivals, next);
        long passEndNs = beginPass();
        next = submitUntil(passEndNs, arrivals, next);
        nowNs = passEndNs;
        endPass();
      }
      return outcome;
    }

    /** Lets every request end. */
    void drain() {
      while (!queue.isEmpty() || !running.isEmpty()) {
        nowNs = beginPass();
        endPass();
      }
    }

    private long[] arrivals(double rate, long endNs) {
      List<Long> times = new ArrayList<>();
      for (double at = nowNs; at < endNs; ) {
        at += -Math.log(1 - random.nextDouble()) / rate * 1e9;
        times.add((long) at);
      }
      return times.stream().mapToLong(ns -> ns).toArray();
    }

    private int submitUntil(long untilNs, long[] arrivals, int from) {
      int next = from;
      long now = nowNs;
      for (; next < arrivals.length && arrivals[next] <= untilNs; next++) {
        nowNs = Math.max(now, arrivals[next]);
        submit(PROMPT_TOKENS);
      }
      nowNs = now;
      return next;
    }

    void submit(int promptTokens) {
      try {
        gate.requireRoom();
        AdmissionGate.Place place = gate.enter(promptTokens, 1, AdmissionGate.Reading.AT_ONCE);
        int unread = Math.max(1, (int) (promptTokens * (1 - cachedShare)));
        queue.add(new Request(place, nowNs, unread));
      } catch (RefusedException _) {
        outcome.numRefused++;
      }
    }

    private final List<Request> started = new ArrayList<>();
    private int numRows;

    /** Returns its end. */
    private long beginPass() {
      passes.begin(nowNs);
      started.clear();
      int read = 0;
      while (!queue.isEmpty() && read < maxPrefillTokens) {
        Request first = queue.peek();
        int count = Math.min(first.unread, maxPrefillTokens - read);
        first.unread -= count;
        read += count;
        if (first.unread == 0) {
          started.add(queue.remove());
        }
      }
      numRows = running.size() + read;
      double noise = 0.8 + 0.4 * random.nextDouble();
      double ns = PASS_NS + DECODED_NS * running.size() + READ_NS * read;
      return nowNs + (long) (noise * ns);
    }

    private void endPass() {
      passes.end(numRows, nowNs);
      for (Request request : running) {
        if (--request.left == 0) {
          request.place.leave();
        }
      }
      running.removeIf(request -> request.left == 0);
      for (Request request : started) {
        request.left--;
        request.place.started((int) (PROMPT_TOKENS * cachedShare));
        outcome.firstNs.add(nowNs - request.arrivedNs);
        running.add(request);
      }
    }
  }
}
