package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.OptimizerOps;
import io.troupe.tensor.backend.Writes;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Parameter updates with PyTorch's formulas. */
final class Nd4jOptimizers implements OptimizerOps {

  @Override
  public void adam(
      Tensor param,
      Tensor grad,
      Tensor expAvg,
      Tensor expAvgSq,
      double lr,
      double beta1,
      double beta2,
      double eps,
      double weightDecay,
      boolean decoupled,
      long step,
      double gradScale) {
    Writes.to(param, expAvg, expAvgSq);
    if (param.numel() == 0) {
      return;
    }
    INDArray p = read(param);
    INDArray g = read(grad).muli(gradScale);
    if (decoupled) {
      p.muli(1 - lr * weightDecay);
    } else {
      g.addi(p.mul(weightDecay));
    }
    INDArray m = read(expAvg).muli(beta1).addi(g.mul(1 - beta1));
    INDArray v = read(expAvgSq).muli(beta2).addi(g.mul(g).muli(1 - beta2));
    double correction1 = 1 - Math.pow(beta1, step);
    double correction2 = 1 - Math.pow(beta2, step);
    INDArray denominator = Functions.sqrt(v).divi(Math.sqrt(correction2)).addi(eps);
    write(param, p.subi(m.div(denominator).muli(lr / correction1)));
    write(expAvg, m);
    write(expAvgSq, v);
  }

  @Override
  public void sgd(
      Tensor param,
      Tensor grad,
      Tensor momentumBuffer,
      double lr,
      double momentum,
      double dampening,
      double weightDecay,
      boolean nesterov,
      boolean first,
      double gradScale) {
    Writes.to(param, momentumBuffer);
    if (param.numel() == 0) {
      return;
    }
    INDArray p = read(param);
    INDArray g = read(grad).muli(gradScale).addi(p.mul(weightDecay));
    if (momentumBuffer != null) {
      INDArray buffer =
          first ? g.dup('c') : read(momentumBuffer).muli(momentum).addi(g.mul(1 - dampening));
      write(momentumBuffer, buffer);
      g = nesterov ? g.addi(buffer.mul(momentum)) : buffer;
    }
    write(param, p.subi(g.mul(lr)));
  }
}
