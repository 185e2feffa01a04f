package io.troupe.tensor.cpu.norms;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.norms.ChannelCode.Operation;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.memory.Memory;

/**
 * Runs of floats by generated code, all runs of a channel in one call: the bits of {@link
 * FloatChannels}.
 */
final class GeneratedChannels implements FloatElements {
  private static final int CHUNK = FloatChannels.CHUNK;

  private final ChannelCode sum;
  private final ChannelCode squares;
  private final ChannelCode gradSums;
  private final ChannelCode apply;
  private final ChannelCode grad;

  GeneratedChannels(Isa isa) {
    sum = new ChannelCode(isa, Operation.SUM);
    squares = new ChannelCode(isa, Operation.SQUARES);
    gradSums = new ChannelCode(isa, Operation.GRAD_SUMS);
    apply = new ChannelCode(isa, Operation.APPLY);
    grad = new ChannelCode(isa, Operation.GRAD);
  }

  @Override
  public double sum(long x, ChannelRuns runs) {
    return sums(sum, 0, x, 0, runs).dot();
  }

  @Override
  public double squares(long x, double mean, ChannelRuns runs) {
    return sums(squares, 0, x, mean, runs).dot();
  }

  @Override
  public Sums gradSums(long dy, long x, double mean, ChannelRuns runs) {
    return sums(gradSums, dy, x, mean, runs);
  }

  private Sums sums(ChannelCode code, long dy, long x, double mean, ChannelRuns runs) {
    if (runs.length() <= CHUNK) {
      return chunks(code, dy, x, mean, runs);
    }
    int whole = runs.length() / CHUNK;
    int rest = runs.length() % CHUNK;
    double sum = 0;
    double dot = 0;
    for (int run = 0; run < runs.count(); run++) {
      long at = run * runs.distance();
      long end = at + 4L * whole * CHUNK;
      Sums first = chunks(code, dy + at, x + at, mean, new ChannelRuns(whole, 4L * CHUNK, CHUNK));
      Sums last = chunks(code, dy + end, x + end, mean, ChannelRuns.one(rest));
      sum += first.sum() + last.sum();
      dot += first.dot() + last.dot();
    }
    return new Sums(sum, dot);
  }

  /** Adds the sums of runs that are single precision's. */
  private Sums chunks(ChannelCode code, long dy, long x, double mean, ChannelRuns runs) {
    int length = runs.length();
    long bytes = (long) ChannelCode.RESULT_BYTES * runs.count();
    long results = Scratch.ofThread().reserve(bytes);
    code.run(results, dy, x, runs, (float) mean, 0, 0, 0);
    double sum = 0;
    double dot = 0;
    for (long at = results; at < results + bytes; at += ChannelCode.RESULT_BYTES) {
      double value = Memory.getFloat(at);
      // the mean of squares times their number, rounded as such
      dot += code == squares && length > 0 ? value / length * length : value;
      sum += Memory.getFloat(at + Float.BYTES);
    }
    return new Sums(sum, dot);
  }

  @Override
  public void apply(long out, long x, double mean, double scale, double shift, ChannelRuns runs) {
    apply.run(out, 0, x, runs, (float) mean, (float) scale, (float) shift, 0);
  }

  @Override
  public void grad(
      long dx,
      long dy,
      long x,
      double mean,
      double scale,
      double shift,
      double slope,
      ChannelRuns runs) {
    grad.run(dx, dy, x, runs, (float) mean, (float) scale, (float) -shift, (float) -slope);
  }
}
