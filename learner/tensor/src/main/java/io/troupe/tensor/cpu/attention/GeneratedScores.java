package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.vectors.ExponentialCode;

/** Scores by machine code. */
final class GeneratedScores implements ScoreKernels {
  private final MachineCode softmax;
  private final MachineCode gradient;

  /** Generates the functions. */
  GeneratedScores(Isa isa) {
    this.softmax = ScoreCode.softmax(isa);
    this.gradient = ScoreCode.gradient(isa);
  }

  @Override
  public void softmax(Scores scores, long sums, long max, long sum) {
    Parameters p = parameters(scores);
    p.set(ScoreCode.SUMS, sums);
    p.set(ScoreCode.MAX, max);
    p.set(ScoreCode.SUM, sum);
    p.set(ScoreCode.PAGES, scores.keys() / PageKernels.PAGE);
    p.set(ScoreCode.REST, scores.keys() % PageKernels.PAGE);
    softmax.call(p.address());
  }

  @Override
  public void gradient(Scores scores, long gradients, long logSums, long deltas) {
    Parameters p = parameters(scores);
    p.set(ScoreCode.GRADIENTS, gradients);
    p.set(ScoreCode.LOG_SUMS, logSums);
    p.set(ScoreCode.DELTAS, deltas);
    gradient.call(p.address());
  }

  private static Parameters parameters(Scores scores) {
    Parameters p = Parameters.ofThread();
    p.set(ScoreCode.SCORES, scores.address());
    p.set(ScoreCode.ROW, scores.row());
    p.set(ScoreCode.KEYS, scores.keys());
    p.set(ScoreCode.HIDDEN, scores.hidden());
    p.set(ScoreCode.HIDDEN_KEYS, Math.max(0, scores.end() - scores.hiddenFrom()));
    p.setFloat(ScoreCode.HIDDEN_FROM, scores.hiddenFrom());
    p.set(ScoreCode.LIMITS, scores.limits());
    p.set(ScoreCode.CONSTANTS, ExponentialCode.CONSTANTS);
    p.setFloat(ScoreCode.ONE, 1);
    p.setFloat(ScoreCode.MINUS_INFINITY, Float.NEGATIVE_INFINITY);
    return p;
  }
}
