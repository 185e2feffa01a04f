package io.troupe.tensor.cpu.optimizers;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.setDouble;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.vectors.Lanes;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * One step of Adam (arXiv:1412.6980) or AdamW (arXiv:1711.05101) over some elements.
 *
 * @param shrink multiplies the parameter first; 1 unless weight decay is decoupled
 * @param weightDecay joins the gradient; 0 when it is decoupled
 * @param gradScale multiplies the gradient
 * @param stepSize learning rate over the first moment's bias correction
 * @param rootScale 1 over the square root of the second moment's bias correction
 */
record AdamStep(
    double shrink,
    double weightDecay,
    double gradScale,
    double beta1,
    double beta2,
    double stepSize,
    double rootScale,
    double eps) {

  private static final Optional<AdamCode> CODE = Isa.ofMachine().map(AdamCode::new);

  /** Updates floats. */
  void run(long param, long grad, long expAvg, long expAvgSq, int n) {
    if (CODE.isPresent()) {
      CODE.get().run(settings(), param, grad, expAvg, expAvgSq, n);
    } else {
      runVectors(param, grad, expAvg, expAvgSq, n);
    }
  }

  /** The settings as floats, in the order in which {@link AdamCode} reads them. */
  float[] settings() {
    return new float[] {
      (float) gradScale,
      (float) weightDecay,
      (float) shrink,
      (float) (1 - beta1),
      (float) beta2,
      (float) (1 - beta2),
      (float) rootScale,
      (float) eps,
      (float) -stepSize
    };
  }

  /** Updates floats with the Vector API. */
  void runVectors(long param, long grad, long expAvg, long expAvgSq, int n) {
    int whole = Lanes.whole(n);
    float[] settings = settings();
    FloatVector scale = Lanes.all(settings[0]);
    FloatVector decay = Lanes.all(settings[1]);
    FloatVector keep = Lanes.all(settings[2]);
    FloatVector fresh1 = Lanes.all(settings[3]);
    FloatVector keep2 = Lanes.all(settings[4]);
    FloatVector fresh2 = Lanes.all(settings[5]);
    FloatVector root = Lanes.all(settings[6]);
    FloatVector small = Lanes.all(settings[7]);
    FloatVector minusStep = Lanes.all(settings[8]);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = 4L * i;
      FloatVector p = Lanes.load(param + at);
      FloatVector m = Lanes.load(expAvg + at);
      FloatVector g = p.fma(decay, Lanes.load(grad + at).mul(scale));
      m = g.sub(m).fma(fresh1, m);
      FloatVector v = g.mul(g).fma(fresh2, Lanes.load(expAvgSq + at).mul(keep2));
      FloatVector move = m.div(v.sqrt().fma(root, small));
      Lanes.store(m, expAvg + at);
      Lanes.store(v, expAvgSq + at);
      Lanes.store(move.fma(minusStep, p.mul(keep)), param + at);
    }
    if (whole < n) {
      long at = 4L * whole;
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector p = Lanes.load(param + at, rest);
      FloatVector m = Lanes.load(expAvg + at, rest);
      FloatVector g = p.fma(decay, Lanes.load(grad + at, rest).mul(scale));
      m = g.sub(m).fma(fresh1, m);
      FloatVector v = g.mul(g).fma(fresh2, Lanes.load(expAvgSq + at, rest).mul(keep2));
      FloatVector move = m.div(v.sqrt().fma(root, small));
      Lanes.store(m, expAvg + at, rest);
      Lanes.store(v, expAvgSq + at, rest);
      Lanes.store(move.fma(minusStep, p.mul(keep)), param + at, rest);
    }
  }

  void run64(long param, long grad, long expAvg, long expAvgSq, int n) {
    for (int i = 0; i < n; i++) {
      long at = 8L * i;
      double p = getDouble(param + at);
      double g = getDouble(grad + at) * gradScale + weightDecay * p;
      double m = beta1 * getDouble(expAvg + at) + (1 - beta1) * g;
      double v = beta2 * getDouble(expAvgSq + at) + (1 - beta2) * g * g;
      setDouble(expAvg + at, m);
      setDouble(expAvgSq + at, v);
      setDouble(param + at, p * shrink - stepSize * m / (Math.sqrt(v) * rootScale + eps));
    }
  }
}
