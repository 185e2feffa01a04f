package io.troupe.tensor.autograd;

import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionOperands;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.RotaryAngles;

/** Attention and rotary positions, with their gradients. */
public final class Attention {
  private Attention() {}

  /**
   * Causal scaled dot-product attention (arXiv:1706.03762) over packed sequences, with grouped
   * queries (arXiv:2305.13245): query head h reads key head h / (heads / kvHeads).
   *
   * @param q (rows, heads, headDim)
   * @param k (rows, kvHeads, headDim)
   * @param v (rows, kvHeads, headDim)
   * @param layout the rows of each sequence
   * @param scores scale, soft cap and sliding window
   * @return (rows, heads, headDim)
   */
  public static Tensor causal(
      Tensor q, Tensor k, Tensor v, PackedSequences layout, AttentionScores scores) {
    if (q.rank() != 3
        || !k.shape().equals(v.shape())
        || q.size(2) != k.size(2)
        || q.size(0) != k.size(0)
        || q.size(1) % k.size(1) != 0
        || q.size(0) != layout.numRows()) {
      throw new ShapeException(
          "attention of q "
              + q.shape()
              + ", k "
              + k.shape()
              + ", v "
              + v.shape()
              + " over "
              + layout.numRows()
              + " packed rows must be (rows, heads, headDim)"
              + " and twice (rows, kvHeads, headDim)");
    }
    Tensor out = Tensor.empty(q.dtype(), q.shape());
    Tensor lse = Tensor.empty(q.dtype(), Shape.of(q.size(0), q.size(1)));
    Backend.of(out).attention().attention(out, lse, q, k, v, layout, scores);
    return Node.record(
        "attention",
        out,
        Saved.of(q, k, v, out, lse),
        (gradient, inputs) -> {
          Tensor dq = Tensor.empty(q.dtype(), q.shape());
          Tensor dk = Tensor.empty(k.dtype(), k.shape());
          Tensor dv = Tensor.empty(v.dtype(), v.shape());
          Backend.of(dq)
              .attention()
              .attentionGrad(dq, dk, dv, gradient, out, lse, q, k, v, layout, scores);
          inputs.add(0, dq);
          inputs.add(1, dk);
          inputs.add(2, dv);
        },
        q,
        k,
        v);
  }

  /**
   * Scaled dot-product attention (arXiv:1706.03762) in both directions: each query of an example
   * attends to all of its keys. The scores are not stored for the gradient.
   *
   * @param given queries, keys, values, and optionally a bias with a gradient and a mask of keys
   * @return (batch, queries, heads, headDim)
   */
  public static Tensor full(AttentionOperands given) {
    Tensor q = given.q();
    Elementwise.requireSameType("attention", q, given.k());
    Elementwise.requireSameType("attention", q, given.v());
    AttentionOperands operands = withHeadsOfBias(given);
    Tensor bias = operands.bias();
    Tensor out = Tensor.empty(q.dtype(), q.shape());
    Tensor lse = Tensor.empty(q.dtype(), q.shape().without(3));
    Backend.of(out).attention().fullAttention(out, lse, operands);
    return Node.record(
        "fullAttention",
        out,
        Saved.of(q, operands.k(), operands.v(), bias, operands.keyMask(), out, lse),
        (gradient, inputs) -> {
          Tensor dq = Tensor.empty(q.dtype(), q.shape());
          Tensor dk = Tensor.empty(q.dtype(), operands.k().shape());
          Tensor dv = Tensor.empty(q.dtype(), operands.v().shape());
          Tensor dBias = inputs.needed(3) ? Tensor.empty(q.dtype(), bias.shape()) : null;
          Backend.of(dq)
              .attention()
              .fullAttentionGrad(dq, dk, dv, dBias, gradient, out, lse, operands);
          inputs.add(0, dq);
          inputs.add(1, dk);
          inputs.add(2, dv);
          inputs.add(3, dBias);
        },
        q,
        operands.k(),
        operands.v(),
        bias);
  }

  /** Gradients of a bias are computed for every head, and those of a shared bias are summed. */
  private static AttentionOperands withHeadsOfBias(AttentionOperands in) {
    Tensor bias = in.bias();
    if (bias == null || bias.size(1) == in.heads() || !Node.isRecorded(bias)) {
      return in;
    }
    Tensor expanded = bias.expand(bias.shape().with(1, in.heads()));
    return new AttentionOperands(in.q(), in.k(), in.v(), expanded, in.keyMask(), in.scale());
  }

  /**
   * Rotary position embedding (arXiv:2104.09864) in the half-split layout of Hugging Face.
   *
   * @param x (rows, heads, headDim)
   */
  public static Tensor rotary(Tensor x, RotaryAngles angles) {
    return rotary(Tensor.empty(x.dtype(), x.shape()), x, angles);
  }

  /**
   * As {@link #rotary(Tensor, RotaryAngles)}, in the memory of {@code x}.
   *
   * @param x a result that nothing else reads, of an operation whose gradient does not need it,
   *     such as a linear layer
   * @throws IllegalStateException if {@code x} is a leaf that collects a gradient
   */
  public static Tensor rotaryInPlace(Tensor x, RotaryAngles angles) {
    Elementwise.requireResult("rotary", x);
    return rotary(x.detach(), x, angles);
  }

  private static Tensor rotary(Tensor out, Tensor x, RotaryAngles angles) {
    Tensor cos = angles.cos();
    Tensor sin = angles.sin();
    Tensor positions = angles.positions();
    Backend.of(out).attention().rotary(out, x, cos, sin, positions, false);
    return Node.record(
        "rotary",
        out,
        Saved.of(cos, sin, positions),
        (gradient, inputs) -> {
          Tensor dx = inputs.over(gradient);
          Backend.of(dx).attention().rotary(dx, gradient, cos, sin, positions, true);
          inputs.add(0, dx);
        },
        x);
  }
}
