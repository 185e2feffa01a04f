package io.troupe.serving.endpoint;

import io.troupe.protocols.config.LoadConfig;
import io.troupe.rollout.service.PassTimes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedSet;

/**
 * By how much other requests would delay the first token of a new one. Prompts are read in the
 * order of arrival, a limited number of tokens in each forward pass; the time of a pass grows with
 * the completions in it and is measured. So a limit of the delay limits the queue and the batch.
 *
 * <p>Passes do not always take their mean time. What a new request may expect is therefore less
 * than the limit, by a margin that is learned: it grows with each admitted request whose delay has
 * exceeded the limit, and halves every few seconds. Under overload about one of 100 exceeds it.
 *
 * <p>Not thread-safe: {@link AdmissionGate} guards it.
 */
final class FirstTokenDelay {
  private static final double WEIGHT = 0.1;
  private static final double MARGIN_STEP = 0.2; // of the limit
  private static final double MAX_MARGIN = 0.75; // of the limit
  private static final double MARGIN_HALF_LIFE_NS = 5e9;

  private final long limitNs;
  private final int maxSamples;
  private final int maxPrefillTokens;
  private final PassTimes passes;
  private final SequencedSet<Load> waiting = new LinkedHashSet<>(); // by arrival
  private int numWaitingSamples;
  private int numDecodingSamples;
  private double margin; // of the limit, at a time
  private long marginNs; // that time
  private double cachedShare; // of prompt tokens, in the prefix cache

  /** The part of the load that one request is. */
  static final class Load {
    private final int numPromptTokens;
    private final int numSamples;
    private final long enteredNs;
    private boolean isWaiting;
    private boolean isBesideOthers;
    private long aloneNs; // expected time to the first token on an idle endpoint

    /**
     * A request.
     *
     * @param numSamples number of its completions, of all prompts together
     */
    Load(int numPromptTokens, int numSamples, long enteredNs) {
      this.numPromptTokens = numPromptTokens;
      this.numSamples = numSamples;
      this.enteredNs = enteredNs;
    }

    int numPromptTokens() {
      return numPromptTokens;
    }
  }

  FirstTokenDelay(LoadConfig limits, PassTimes passes) {
    this.limitNs = limits.maxFirstTokenDelay().toNanos();
    this.maxSamples = limits.maxBatchSequences();
    this.maxPrefillTokens = limits.maxPrefillTokens();
    this.passes = passes;
  }

  /** A request is admitted, whose prompt is read as soon as possible. */
  void waits(Load load) {
    load.isWaiting = true;
    load.isBesideOthers = numSamples() > 0;
    load.aloneNs = readNs(numTokens(load), 0);
    waiting.add(load);
    numWaitingSamples += load.numSamples;
  }

  /** A request is admitted whose prompt is read at another time. */
  void decodes(Load load) {
    numDecodingSamples += load.numSamples;
  }

  /** A request has its first token. */
  void started(Load load, int numCachedTokens, long nowNs) {
    if (load.isWaiting) {
      stopsWaiting(load);
      decodes(load);
      if (load.isBesideOthers && nowNs - load.enteredNs - load.aloneNs > limitNs) {
        margin = Math.min(MAX_MARGIN, margin(nowNs) + MARGIN_STEP);
        marginNs = nowNs;
      }
      double share = (double) numCachedTokens / Math.max(1, load.numPromptTokens);
      cachedShare += WEIGHT * (share - cachedShare);
    }
  }

  private double margin(long nowNs) {
    return margin * Math.pow(0.5, (nowNs - marginNs) / MARGIN_HALF_LIFE_NS);
  }

  private int numSamples() {
    return numDecodingSamples + numWaitingSamples;
  }

  private void stopsWaiting(Load load) {
    load.isWaiting = false;
    waiting.remove(load);
    numWaitingSamples -= load.numSamples;
  }

  /** A request has ended. */
  void left(Load load) {
    if (load.isWaiting) {
      stopsWaiting(load);
    } else {
      numDecodingSamples -= load.numSamples;
    }
  }

  /**
   * Whether a new request would wait too long, or has one wait too long that shares a pass with it.
   */
  boolean isTooLong(Load load) {
    if (limitNs == 0 || numSamples() == 0) {
      return false;
    }
    return numSamples() + load.numSamples > maxSamples
        || delayNs(load) > limitNs * (1 - margin(load.enteredNs));
  }

  private long delayNs(Load load) {
    OptionalLong start = passes.running();
    List<Load> queue = new ArrayList<>(); // behind the pass in progress
    int reading = 0;
    int samples = numDecodingSamples;
    for (Load other : waiting) {
      if (start.isPresent()
          && other.enteredNs - start.getAsLong() < 0
          && reading < maxPrefillTokens) {
        reading += numTokens(other);
        samples += other.numSamples;
      } else {
        queue.add(other);
      }
    }
    long running = passes.expectedNs(numDecodingSamples + reading);
    long left = start.isEmpty() ? 0 : Math.max(0, running - (load.enteredNs - start.getAsLong()));
    queue.add(load);
    return left + queueNs(queue, samples) - readNs(numTokens(load), 0);
  }

  /** From now until the first token of the last request, or longer for one in the same pass. */
  private long queueNs(List<Load> queue, int samples) {
    Load last = queue.getLast();
    int tokens = queue.stream().mapToInt(this::numTokens).sum();
    int inFullPasses = (tokens - 1) / maxPrefillTokens * maxPrefillTokens;
    int end = 0;
    long oldestNs = last.enteredNs;
    for (Load other : queue) {
      end += numTokens(other);
      if (end > inFullPasses) {
        oldestNs = other.enteredNs;
        break;
      }
    }
    return readNs(tokens, samples) + last.enteredNs - oldestNs;
  }

  /** The time of the passes that read so many tokens. */
  private long readNs(int tokens, int samples) {
    int numFull = (tokens - 1) / maxPrefillTokens;
    return numFull * passes.expectedNs(samples + maxPrefillTokens)
        + passes.expectedNs(samples + tokens - numFull * maxPrefillTokens);
  }

  private int numTokens(Load load) {
    return Math.max(1, (int) Math.ceil(load.numPromptTokens * (1 - cachedShare)));
  }
}
