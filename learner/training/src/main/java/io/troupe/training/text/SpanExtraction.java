package io.troupe.training.text;

import io.troupe.nn.bert.BertForQuestionAnswering;
import io.troupe.nn.bert.EncoderInput;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.Tally;

/**
 * Trains a model to find spans: {@code start_positions} and {@code end_positions}, one token each
 * per text. The loss is the mean of the cross-entropies of both. Measures the fraction of exact
 * spans, {@code exact_match}, and the overlap of tokens with the span, {@code f1}, as for SQuAD.
 */
public final class SpanExtraction implements SupervisedTask {
  private static final CrossEntropyLoss LOSS = CrossEntropyLoss.of();
  private static final int MAX_SPAN = 30; // tokens of a predicted span, as in SQuAD's script

  private final BertForQuestionAnswering module;

  /** A task on texts with spans. */
  public SpanExtraction(BertForQuestionAnswering module) {
    this.module = module;
  }

  @Override
  public BertForQuestionAnswering module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    return loss(module.forward(TextTensors.of(batch)), batch);
  }

  private static Tensor loss(Tensor logits, MiniBatch batch) {
    Tensor start = LOSS.forward(ofEnd(logits, 0), BatchTensors.of(batch, "start_positions"));
    Tensor end = LOSS.forward(ofEnd(logits, 1), BatchTensors.of(batch, "end_positions"));
    return start.add(end).mul(0.5);
  }

  /** The logits of the first or the last token, (batch, time). */
  private static Tensor ofEnd(Tensor logits, int end) {
    return logits.narrow(2, end, 1).reshape(logits.size(0), logits.size(1));
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    EncoderInput input = TextTensors.of(batch);
    Tensor logits = module.forward(input);
    int[] starts = BatchTensors.of(batch, "start_positions").toInts();
    int[] ends = BatchTensors.of(batch, "end_positions").toInts();
    int[] shown = input.attentionMask().toInts();
    double[] scores = logits.toDoubles();
    tally.add("loss", loss(logits, batch).item() * starts.length, starts.length);
    for (int text = 0; text < starts.length; text++) {
      Span span = likeliest(scores, shown, text, input.time());
      Span wanted = new Span(starts[text], ends[text]);
      tally.add("exact_match", span.equals(wanted) ? 1 : 0, 1);
      tally.add("f1", span.f1(wanted), 1);
    }
  }

  /** Tokens from one position to another, both included. */
  private record Span(int start, int end) {
    double f1(Span wanted) {
      int common = Math.min(end, wanted.end) - Math.max(start, wanted.start) + 1;
      int sum = end - start + 1 + wanted.end - wanted.start + 1;
      return 2.0 * Math.max(0, common) / sum;
    }
  }

  /** The span with the largest sum of logits. */
  private static Span likeliest(double[] scores, int[] shown, int text, int time) {
    Span best = new Span(0, 0);
    double most = Double.NEGATIVE_INFINITY;
    int row = text * time;
    for (int start = 0; start < time && shown[row + start] != 0; start++) {
      int last = Math.min(time, start + MAX_SPAN);
      for (int end = start; end < last && shown[row + end] != 0; end++) {
        double score = scores[2 * (row + start)] + scores[2 * (row + end) + 1];
        if (score > most) {
          most = score;
          best = new Span(start, end);
        }
      }
    }
    return best;
  }
}
