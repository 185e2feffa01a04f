package io.troupe.nn.summary;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Recurrence;
import io.troupe.tensor.backend.RecurrentOps;
import java.util.Locale;

/**
 * Recurrent layers: the product of the state in every step.
 *
 * @param trace takes the notes
 */
record CountedRecurrence(Trace trace) implements RecurrentOps {
  @Override
  public void recurrence(Recurrence r) {
    long multiplyAdds = (long) r.time() * r.batch() * r.weight().numel();
    String cell = r.cell().name().toLowerCase(Locale.ROOT);
    trace.layer(cell, r.states(), multiplyAdds, trace.reachOf(r.gates()), r.weight(), r.bias());
  }

  @Override
  public void recurrenceGrad(
      Recurrence r, Tensor dGates, Tensor dProducts, Tensor dState, Tensor dCell, Tensor dStates) {
    throw Trace.noGradients();
  }
}
