package io.troupe.training.shard;

import io.troupe.tensor.GradientListener;
import io.troupe.tensor.Tensor;
import java.util.BitSet;
import java.util.Set;

/** Adds up and hands out the gradient of each parameter of a shard when it is complete. */
final class CompletedGradients implements GradientListener {
  private final GradientLayout layout;
  private final GradientBuffer gradient;
  private final NodeSum.Continuation next;
  private final BitSet completed = new BitSet();
  private int firstSent;

  CompletedGradients(GradientLayout layout, GradientBuffer gradient, NodeSum.Continuation next) {
    this.layout = layout;
    this.gradient = gradient;
    this.next = next;
    this.firstSent = layout.parameters().size();
  }

  @Override
  public void started(Set<Tensor> leaves) {
    for (Tensor parameter : layout.parameters()) {
      if (!leaves.contains(parameter)) {
        complete(parameter);
      }
    }
    send();
  }

  @Override
  public void completed(Tensor leaf) {
    complete(leaf);
    send();
  }

  /** The shard has no more passes. */
  void end() {
    layout.parameters().forEach(this::complete);
    send();
  }

  private void complete(Tensor parameter) {
    int index = layout.indexOf(parameter);
    if (completed.get(index)) {
      return;
    }
    completed.set(index);
    parameter.gradBuffer(); // zeros if no pass has used the parameter
    Tensor addend = gradient.of(index);
    for (GradientBuffer sum : next.into()) {
      addend = sum.of(index).addScaledi(addend, 1);
    }
  }

  private void send() {
    int first = completed.previousClearBit(firstSent - 1) + 1;
    if (first == firstSent) {
      return;
    }
    GradientBuffer sum = next.into().isEmpty() ? gradient : next.into().getLast();
    long from = layout.offsetBytes(first);
    long to = layout.offsetBytes(firstSent);
    firstSent = first;
    next.sink().accept(from, sum.all().segment().asSlice(from, to - from));
  }
}
