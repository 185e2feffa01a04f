package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.slab;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Recurrence;
import io.troupe.tensor.backend.RecurrentOps;
import io.troupe.tensor.backend.Writes;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Recurrent layers, step by step. Gates are arrays of (batch, hidden), one for each gate; a mask
 * selects the states that a sequence keeps beyond its length.
 */
final class Nd4jRecurrence implements RecurrentOps {

  @Override
  public void recurrence(Recurrence r) {
    Writes.to(r.gates(), r.states(), r.cells(), r.fromHidden());
    for (int i = 0; i < r.time(); i++) {
      int t = r.step(i);
      INDArray before = read(r.states(), r.before(t));
      List<INDArray> products = products(r, before);
      List<INDArray> gates = gates(r, r.gates().detach().slice(t));
      INDArray mask = mask(r, t);
      INDArray after =
          switch (r.cell()) {
            case RNN_TANH -> Functions.tanh(gates.getFirst().add(products.getFirst()));
            case RNN_RELU ->
                Functions.maximum(
                    gates.getFirst().add(products.getFirst()), Functions.zerosLike(before));
            case LSTM -> lstm(r, t, gates, products, mask);
            case GRU -> gru(r, t, gates, products, before);
          };
      write(r.states(), r.after(t), Functions.select(mask, after, before));
      if (r.cell().numGates() > 1) {
        writeGates(r.gates().detach().slice(t), gates);
      }
    }
  }

  /** Computes the values of the gates, writes the cell state and returns the state. */
  private static INDArray lstm(
      Recurrence r, int t, List<INDArray> gates, List<INDArray> products, INDArray mask) {
    for (int i = 0; i < 4; i++) {
      INDArray sum = gates.get(i).add(products.get(i));
      gates.set(i, i == 2 ? Functions.tanh(sum) : Functions.sigmoid(sum));
    }
    INDArray before = read(r.cells(), r.before(t));
    INDArray c = gates.get(1).mul(before).addi(gates.get(0).mul(gates.get(2)));
    write(r.cells(), r.after(t), Functions.select(mask, c, before));
    return Functions.tanh(c).muli(gates.get(3));
  }

  private static INDArray gru(
      Recurrence r, int t, List<INDArray> gates, List<INDArray> products, INDArray before) {
    for (int i = 0; i < 2; i++) {
      gates.set(i, Functions.sigmoid(gates.get(i).add(products.get(i))));
    }
    write(r.fromHidden(), t, products.get(2));
    gates.set(2, Functions.tanh(gates.get(2).add(products.get(2).mul(gates.get(0)))));
    return before.sub(gates.get(2)).muli(gates.get(1)).addi(gates.get(2));
  }

  @Override
  public void recurrenceGrad(
      Recurrence r, Tensor dGates, Tensor dProducts, Tensor dState, Tensor dCell, Tensor dStates) {
    Writes.to(dGates, dProducts, dState, dCell);
    INDArray dh = Nd4j.zeros(DataType.DOUBLE, r.batch(), r.hidden());
    INDArray dc = dCell == null ? null : Operands.readRows(dCell);
    for (int i = r.time() - 1; i >= 0; i--) {
      int t = r.step(i);
      dh = dh.add(read(dStates, t));
      INDArray mask = mask(r, t);
      INDArray none = Functions.zerosLike(dh);
      List<INDArray> gates = gates(r, r.gates().detach().slice(t));
      Step step =
          switch (r.cell()) {
            case RNN_TANH -> {
              INDArray h = read(r.states(), r.after(t));
              yield new Step(List.of(h.mul(h).rsubi(1).muli(dh)), null, none, null);
            }
            case RNN_RELU -> {
              INDArray h = read(r.states(), r.after(t));
              yield new Step(List.of(Functions.select(h.lte(0), none, dh)), null, none, null);
            }
            case LSTM -> lstmGrad(r, t, gates, dh, dc);
            case GRU -> gruGrad(r, t, gates, dh);
          };
      INDArray ofGates = masked(mask, step.dGates());
      INDArray ofProducts = step.dProducts() == null ? ofGates : masked(mask, step.dProducts());
      Operands.write(dGates.detach().slice(t), ofGates.reshape(ofGates.length()));
      Operands.write(dProducts.detach().slice(t), ofProducts.reshape(ofProducts.length()));
      INDArray weight = Operands.read(r.weight()).reshape(r.weight().size(0), r.hidden());
      INDArray through = Nd4jMatrices.product(ofProducts, weight);
      dh = Functions.select(mask, step.direct(), dh).add(through);
      dc = dc == null ? null : Functions.select(mask, step.dCell(), dc);
    }
    Operands.write(dState, dh.reshape(dh.length()));
    if (dCell != null) {
      Operands.write(dCell, dc.reshape(dc.length()));
    }
  }

  /**
   * The gradients of one step.
   *
   * @param dProducts null when the same as {@code dGates}
   * @param direct the gradient of the previous state apart from the products
   * @param dCell by the cell state before
   */
  private record Step(
      List<INDArray> dGates, List<INDArray> dProducts, INDArray direct, INDArray dCell) {}

  private static Step lstmGrad(
      Recurrence r, int t, List<INDArray> gates, INDArray dh, INDArray dcAfter) {
    INDArray in = gates.get(0);
    INDArray forget = gates.get(1);
    INDArray value = gates.get(2);
    INDArray out = gates.get(3);
    INDArray tanh = Functions.tanh(read(r.cells(), r.after(t)));
    INDArray dc = tanh.mul(tanh).rsubi(1).muli(dh).muli(out).addi(dcAfter);
    INDArray before = read(r.cells(), r.before(t));
    return new Step(
        List.of(
            dc.mul(value).muli(slope(in)),
            dc.mul(before).muli(slope(forget)),
            dc.mul(in).muli(value.mul(value).rsubi(1)),
            dh.mul(tanh).muli(slope(out))),
        null,
        Functions.zerosLike(dh),
        dc.mul(forget));
  }

  private static Step gruGrad(Recurrence r, int t, List<INDArray> gates, INDArray dh) {
    INDArray reset = gates.get(0);
    INDArray z = gates.get(1);
    INDArray value = gates.get(2);
    INDArray before = read(r.states(), r.before(t));
    INDArray dn = z.rsub(1).muli(dh).muli(value.mul(value).rsubi(1));
    INDArray dr = dn.mul(read(r.fromHidden(), t)).muli(slope(reset));
    INDArray dz = before.sub(value).muli(dh).muli(slope(z));
    return new Step(List.of(dr, dz, dn), List.of(dr, dz, dn.mul(reset)), dh.mul(z), null);
  }

  /** The derivative of the sigmoid whose value is {@code s}. */
  private static INDArray slope(INDArray s) {
    return s.rsub(1).muli(s);
  }

  /** Concatenates gates; rows that a mask excludes are 0. */
  private static INDArray masked(INDArray mask, List<INDArray> gates) {
    List<INDArray> kept = new ArrayList<>();
    for (INDArray gate : gates) {
      kept.add(Functions.select(mask, gate, Functions.zerosLike(gate)));
    }
    return joined(kept);
  }

  /** Where a row has a step {@code t}, (batch, hidden). */
  private static INDArray mask(Recurrence r, int t) {
    double[] has = new double[r.batch()];
    for (int row = 0; row < has.length; row++) {
      has[row] = r.has(row, t) ? 1 : 0;
    }
    return Operands.asColumns(Nd4j.createFromArray(has), r.hidden()).gt(0);
  }

  private static List<INDArray> products(Recurrence r, INDArray state) {
    INDArray weight = Operands.read(r.weight()).reshape(r.weight().size(0), r.hidden());
    INDArray products = Nd4jMatrices.product(state, Operands.transposed(weight));
    if (r.bias() != null) {
      products = products.add(Operands.asRows(Operands.read(r.bias()), r.batch()));
    }
    return split(r, products);
  }

  private static List<INDArray> gates(Recurrence r, Tensor step) {
    return split(r, Operands.readRows(step));
  }

  /** (batch, numGates hidden) as one array (batch, hidden) for each gate. */
  private static List<INDArray> split(Recurrence r, INDArray gates) {
    INDArray byGate =
        gates.reshape(r.batch(), r.cell().numGates(), r.hidden()).permute(1, 0, 2).dup('c');
    List<INDArray> parts = new ArrayList<>();
    for (int i = 0; i < r.cell().numGates(); i++) {
      parts.add(slab(byGate, i, 1).reshape(r.batch(), r.hidden()).dup('c'));
    }
    return parts;
  }

  private static INDArray joined(List<INDArray> gates) {
    INDArray first = gates.getFirst();
    long batch = first.size(0);
    long hidden = first.size(1);
    INDArray byGate = Nd4j.create(DataType.DOUBLE, gates.size(), batch, hidden);
    for (int i = 0; i < gates.size(); i++) {
      slab(byGate, i, 1).assign(gates.get(i).reshape(1, batch, hidden));
    }
    return byGate.permute(1, 0, 2).dup('c').reshape(batch, gates.size() * hidden);
  }

  private static void writeGates(Tensor step, List<INDArray> gates) {
    INDArray joined = joined(gates);
    Operands.write(step, joined.reshape(joined.length()));
  }

  private static INDArray read(Tensor steps, int place) {
    return Operands.readRows(steps.detach().slice(place));
  }

  private static void write(Tensor steps, int place, INDArray values) {
    Operands.write(steps.detach().slice(place), values);
  }
}
