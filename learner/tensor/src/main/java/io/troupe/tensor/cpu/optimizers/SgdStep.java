package io.troupe.tensor.cpu.optimizers;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.setDouble;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.memory.Memory;
import java.util.Optional;

/**
 * One step of SGD over some elements.
 *
 * @param momentum multiplies the buffer; 0 on the first step
 * @param fresh multiplies the gradient on its way into the buffer
 * @param lookAhead Nesterov's multiple of the new buffer
 * @param nesterov whether the gradient itself takes part beside the buffer
 */
record SgdStep(
    double lr,
    double momentum,
    double fresh,
    double weightDecay,
    double lookAhead,
    boolean nesterov,
    double gradScale) {

  private static final Optional<SgdCode> CODE = Isa.ofMachine().map(SgdCode::new);

  /** Updates floats, each computed in double precision; {@code buffer} is 0 without momentum. */
  void run(long param, long grad, long buffer, int n) {
    int done = CODE.isPresent() ? CODE.get().run(this, param, grad, buffer, n) : 0;
    for (int i = done; i < n; i++) {
      long at = 4L * i;
      double p = Memory.getFloat(param + at);
      double g = Memory.getFloat(grad + at) * gradScale + weightDecay * p;
      if (buffer != 0) {
        double before = momentum == 0 ? 0 : momentum * Memory.getFloat(buffer + at);
        double b = before + fresh * g;
        Memory.setFloat(buffer + at, (float) b);
        g = nesterov ? g + lookAhead * b : b;
      }
      Memory.setFloat(param + at, (float) (p - lr * g));
    }
  }

  void run64(long param, long grad, long buffer, int n) {
    for (int i = 0; i < n; i++) {
      long at = 8L * i;
      double p = getDouble(param + at);
      double g = getDouble(grad + at) * gradScale + weightDecay * p;
      if (buffer != 0) {
        double before = momentum == 0 ? 0 : momentum * getDouble(buffer + at);
        double b = before + fresh * g;
        setDouble(buffer + at, b);
        g = nesterov ? g + lookAhead * b : b;
      }
      setDouble(param + at, p - lr * g);
    }
  }
}
