package io.troupe.tensor.cpu.sampling;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.SamplingOps;
import io.troupe.tensor.backend.SamplingRows;
import io.troupe.tensor.backend.TokenFilter;
import io.troupe.tensor.backend.TopTokens;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;
import java.util.Map;
import java.util.Set;

/** Selection of tokens; the threads of a pool share the rows. */
public final class CpuSampling implements SamplingOps {
  /** The time for a candidate, in elements that are read. */
  private static final long CANDIDATE = 100;

  private static final ThreadLocal<SamplingScratch> SCRATCH = new ThreadLocal<>();

  private final ComputePool pool;

  public CpuSampling(ComputePool pool) {
    this.pool = pool;
  }

  private static SamplingScratch scratch(int vocab) {
    SamplingScratch scratch = SCRATCH.get();
    if (scratch == null || scratch.vocab() < vocab) {
      scratch = new SamplingScratch(vocab);
      SCRATCH.set(scratch);
    }
    return scratch;
  }

  @Override
  public void penalizeRepetition(Tensor scores, SamplingRows rows, int firstRow, double penalty) {
    Writes.to(scores);
    int vocab = scores.size(1);
    long address = scores.address();
    Partition.rows(
        pool,
        scores.size(0),
        vocab,
        (from, to) -> {
          SamplingScratch scratch = scratch(vocab);
          for (int r = (int) from; r < to; r++) {
            penalizeRow(
                address + 4L * vocab * r,
                vocab,
                rows.tokenIds(firstRow + r),
                rows.numTokens(firstRow + r),
                (float) penalty,
                scratch);
          }
        });
  }

  @Override
  public void penalizeOccurrences(
      Tensor scores, SamplingRows rows, int firstRow, double frequency, double presence) {
    Writes.to(scores);
    ScoreChanges changes = new ScoreChanges(scores);
    int vocab = scores.size(1);
    Partition.rows(
        pool,
        scores.size(0),
        vocab,
        (from, to) -> {
          int[] counts = scratch(vocab).counts;
          for (int r = (int) from; r < to; r++) {
            changes.penalizeOccurrences(
                r, rows, firstRow + r, counts, (float) frequency, (float) presence);
          }
        });
  }

  @Override
  public void addBiases(Tensor scores, Map<Integer, Double> biases) {
    Writes.to(scores);
    new ScoreChanges(scores).addBiases(biases);
  }

  @Override
  public void forbid(Tensor scores, int row, Set<Integer> tokenIds) {
    Writes.to(scores);
    new ScoreChanges(scores).forbid(row, tokenIds);
  }

  @Override
  public void allowOnly(Tensor scores, int row, long[] allowed) {
    Writes.to(scores);
    new ScoreChanges(scores).allowOnly(row, allowed);
  }

  private static void penalizeRow(
      long address,
      int vocab,
      int[] tokenIds,
      int numTokens,
      float penalty,
      SamplingScratch scratch) {
    int stamp = ++scratch.rowStamp;
    for (int i = 0; i < numTokens; i++) {
      int id = tokenIds[i];
      if (id < vocab && scratch.seenInRow[id] != stamp) {
        scratch.seenInRow[id] = stamp;
        float score = Memory.getFloat(address + 4L * id);
        Memory.setFloat(address + 4L * id, score < 0 ? score * penalty : score / penalty);
      }
    }
  }

  @Override
  public void draw(
      int[] tokenIds, Tensor probabilities, SamplingRows rows, int firstRow, TokenFilter filter) {
    int vocab = probabilities.size(1);
    long first = probabilities.address();
    Partition.rows(
        pool,
        probabilities.size(0),
        filter.keepsAll() ? vocab : 4L * vocab,
        (from, to) -> {
          SamplingScratch scratch = scratch(vocab);
          for (int r = (int) from; r < to; r++) {
            long address = first + 4L * vocab * r;
            double uniform = rows.uniform(firstRow + r);
            tokenIds[firstRow + r] =
                filter.keepsAll()
                    ? DenseDraw.draw(address, vocab, uniform, scratch.blockSums)
                    : drawFromLikeliest(address, vocab, uniform, filter, scratch.candidates);
          }
        });
  }

  @Override
  public void drawFromTopK(
      int[] tokenIds,
      Tensor scores,
      SamplingRows rows,
      int firstRow,
      double temperature,
      int topK,
      TokenFilter filter) {
    int vocab = scores.size(1);
    long first = scores.address();
    Partition.rows(
        pool,
        scores.size(0),
        vocab + CANDIDATE * topK,
        (from, to) -> {
          SamplingScratch scratch = scratch(vocab);
          Candidates candidates = scratch.candidates;
          for (int r = (int) from; r < to; r++) {
            TopK.select(first + 4L * vocab * r, vocab, topK, scratch.heap, candidates);
            exponentiate(candidates, temperature);
            double uniform = rows.uniform(firstRow + r);
            tokenIds[firstRow + r] = filterAndDraw(candidates, 0, uniform, filter);
          }
        });
  }

  private static void exponentiate(Candidates candidates, double temperature) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < candidates.size(); i++) {
      largest = Math.max(largest, candidates.weight(i));
    }
    for (int i = 0; i < candidates.size(); i++) {
      candidates.weight(i, StrictMath.exp((candidates.weight(i) - largest) / temperature));
    }
  }

  private static int drawFromLikeliest(
      long address, int vocab, double uniform, TokenFilter filter, Candidates candidates) {
    candidates.clear();
    // All tokens below the mean of what top-p removes weigh less than that together: top-p removes
    // them all, and they need not be looked at one by one.
    float least = (float) ((1 - filter.topP()) / vocab);
    double skipped = 0;
    for (int id = 0; id < vocab; id++) {
      float p = Memory.getFloat(address + 4L * id);
      if (p > least) {
        candidates.add(id, p);
      } else {
        skipped += p;
      }
    }
    return filterAndDraw(candidates, skipped, uniform, filter);
  }

  private static int filterAndDraw(
      Candidates candidates, double skipped, double uniform, TokenFilter filter) {
    if (filter.topP() < 1) {
      double total = candidates.sum() + skipped;
      candidates.removeLeast((1 - filter.topP()) * total - skipped);
    }
    if (filter.minP() > 0) {
      candidates.keepAtLeast(filter.minP() * candidates.largest());
    }
    return candidates.draw(uniform);
  }

  @Override
  public TopTokens top(Tensor scores, float[] offsets, int count) {
    return TopTokensSelection.select(scores, offsets, count);
  }
}
