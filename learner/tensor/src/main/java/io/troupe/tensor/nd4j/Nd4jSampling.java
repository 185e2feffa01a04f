package io.troupe.tensor.nd4j;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.SamplingOps;
import io.troupe.tensor.backend.SamplingRows;
import io.troupe.tensor.backend.TokenFilter;
import io.troupe.tensor.backend.TopTokens;
import io.troupe.tensor.backend.Writes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Selection of tokens by sorting, as transformers' logits processors do. */
final class Nd4jSampling implements SamplingOps {

  @Override
  public void penalizeRepetition(Tensor scores, SamplingRows rows, int firstRow, double penalty) {
    Writes.to(scores);
    if (scores.numel() == 0) {
      return;
    }
    INDArray z = Operands.readRows(scores);
    for (int r = 0; r < scores.size(0); r++) {
      int[] history = Arrays.copyOf(rows.tokenIds(firstRow + r), rows.numTokens(firstRow + r));
      for (int id : IntStream.of(history).distinct().toArray()) {
        if (id < scores.size(1)) {
          double score = z.getDouble(r, id);
          z.putScalar(r, id, score < 0 ? score * penalty : score / penalty);
        }
      }
    }
    Operands.write(scores, z);
  }

  @Override
  public void penalizeOccurrences(
      Tensor scores, SamplingRows rows, int firstRow, double frequency, double presence) {
    change(
        scores,
        (row, id, score) -> {
          int[] tokenIds = rows.tokenIds(firstRow + row);
          int from = rows.numPromptTokens(firstRow + row);
          long count =
              IntStream.range(from, rows.numTokens(firstRow + row))
                  .filter(i -> tokenIds[i] == id)
                  .count();
          return score - frequency * count - (count > 0 ? presence : 0);
        });
  }

  @Override
  public void addBiases(Tensor scores, Map<Integer, Double> biases) {
    change(scores, (_, id, score) -> score + biases.getOrDefault(id, 0.0));
  }

  @Override
  public void forbid(Tensor scores, int row, Set<Integer> tokenIds) {
    change(
        scores,
        (r, id, score) -> r == row && tokenIds.contains(id) ? Double.NEGATIVE_INFINITY : score);
  }

  @Override
  public void allowOnly(Tensor scores, int row, long[] allowed) {
    BitSet ids = BitSet.valueOf(allowed);
    change(scores, (r, id, score) -> r == row && !ids.get(id) ? Double.NEGATIVE_INFINITY : score);
  }

  /** The new score of a token in a row. */
  private interface ScoreChange {
    double apply(int row, int id, double score);
  }

  private static void change(Tensor scores, ScoreChange change) {
    Writes.to(scores);
    if (scores.numel() == 0) {
      return;
    }
    INDArray z = Operands.readRows(scores);
    for (int row = 0; row < scores.size(0); row++) {
      for (int id = 0; id < scores.size(1); id++) {
        z.putScalar(row, id, change.apply(row, id, z.getDouble(row, id)));
      }
    }
    Operands.write(scores, z);
  }

  @Override
  public void draw(
      int[] tokenIds, Tensor probabilities, SamplingRows rows, int firstRow, TokenFilter filter) {
    for (int r = 0; r < probabilities.size(0); r++) {
      double[] weights = probabilities.rows(r, r + 1).toDoubles();
      tokenIds[firstRow + r] = draw(weights, rows.uniform(firstRow + r), filter);
    }
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
    for (int r = 0; r < scores.size(0); r++) {
      double[] row = scores.rows(r, r + 1).toDoubles();
      double[] sorted = row.clone();
      Arrays.sort(sorted);
      double smallest = sorted[sorted.length - topK];
      double largest = sorted[sorted.length - 1];
      double[] weights =
          Arrays.stream(row)
              .map(score -> score < smallest ? 0 : Math.exp((score - largest) / temperature))
              .toArray();
      tokenIds[firstRow + r] = draw(weights, rows.uniform(firstRow + r), filter);
    }
  }

  private static int draw(double[] weights, double uniform, TokenFilter filter) {
    double[] kept = weights.clone();
    removeUnlikely(kept, filter.topP());
    double largest = Arrays.stream(kept).max().orElse(0);
    double target = 0;
    for (int id = 0; id < kept.length; id++) {
      kept[id] = kept[id] < filter.minP() * largest ? 0 : kept[id];
      target += uniform * kept[id];
    }
    double below = 0;
    int last = -1;
    for (int id = 0; id < kept.length && !(below > target); id++) {
      below += kept[id];
      last = kept[id] > 0 ? id : last;
    }
    if (last < 0) {
      throw new IllegalStateException(
          "logits must be finite, got a row in which no token has a probability above 0");
    }
    return last;
  }

  /** Sets the weights of the least likely tokens to 0, but not that of the most likely one. */
  private static void removeUnlikely(double[] weights, double topP) {
    List<Integer> ascending =
        IntStream.range(0, weights.length)
            .boxed()
            .sorted(Comparator.comparingDouble(id -> weights[id]))
            .toList();
    double left = (1 - topP) * Arrays.stream(weights).sum();
    for (int i = 0; topP < 1 && i < weights.length - 1; i++) {
      double weight = weights[ascending.get(i)];
      if (weight > left) {
        return;
      }
      left -= weight;
      weights[ascending.get(i)] = 0;
    }
  }

  @Override
  public TopTokens top(Tensor scores, float[] offsets, int count) {
    int vocab = scores.size(1);
    float[] all = scores.toFloats();
    List<Integer> order = new ArrayList<>(IntStream.range(0, all.length).boxed().toList());
    order.sort(Comparator.comparingDouble(i -> -(all[i] + offsets[i / vocab])));
    int[] top = order.stream().mapToInt(i -> i).limit(count).toArray();
    float[] best = new float[top.length];
    for (int i = 0; i < top.length; i++) {
      best[i] = all[top[i]] + offsets[top[i] / vocab];
    }
    return new TopTokens(
        IntStream.of(top).map(i -> i / vocab).toArray(),
        IntStream.of(top).map(i -> i % vocab).toArray(),
        best);
  }
}
