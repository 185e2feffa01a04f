package io.troupe.nn.summary;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.PoolSpans;
import io.troupe.tensor.backend.PoolingOps;
import io.troupe.tensor.backend.Resampling;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Pooling and resampling.
 *
 * @param trace takes the notes
 */
record CountedPooling(Trace trace) implements PoolingOps {
  @Override
  public void maxPool2d(Tensor out, Tensor indices, Tensor x, PoolSpans rows, PoolSpans columns) {
    note("maxPool2d", out, x, span(rows), span(columns));
  }

  @Override
  public void resample2d(Tensor out, Tensor x, Resampling rows, Resampling columns) {
    note(out.numel() > x.numel() ? "upsample2d" : "avgPool2d", out, x, span(rows), span(columns));
  }

  private void note(String operation, Tensor out, Tensor x, int spanOfRows, int spanOfColumns) {
    Reach before = trace.reachOf(x);
    boolean readsAll = spanOfRows == x.size(-2) && spanOfColumns == x.size(-1);
    Reach reach =
        before instanceof Reach.Field && readsAll
            ? Reach.WHOLE
            : before.after(
                rows -> after(rows, spanOfRows, x.size(-2), out.size(-2)),
                columns -> after(columns, spanOfColumns, x.size(-1), out.size(-1)));
    trace.layer(operation, out, 0, reach);
  }

  private static Reach.Axis after(Reach.Axis axis, int span, int in, int out) {
    long ratio = Math.round((double) Math.max(in, out) / Math.min(in, out));
    return axis.after(span, out, in >= out ? axis.jump() * ratio : axis.jump() / ratio);
  }

  private static int span(PoolSpans spans) {
    if (spans.window() != null) {
      return spans.window().span();
    }
    return IntStream.range(0, spans.size())
        .map(o -> spans.to()[o] - spans.from()[o])
        .max()
        .orElseThrow();
  }

  private static int span(Resampling resampling) {
    return Stream.of(resampling.weights()).mapToInt(weights -> weights.length).max().orElseThrow();
  }

  @Override
  public void maxPool2dGrad(Tensor dx, Tensor dOut, Tensor indices) {
    throw Trace.noGradients();
  }
}
