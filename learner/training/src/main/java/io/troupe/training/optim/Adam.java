package io.troupe.training.optim;

import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam (arXiv:1412.6980) and AdamW (arXiv:1711.05101), as in {@code torch.optim}.
 *
 * <p>Difference from PyTorch: steps are counted for all parameters together. The bias correction of
 * a parameter that had no gradient in some steps treats those gradients as zeros.
 */
public final class Adam extends Optimizer {
  private static final String EXP_AVG = "exp_avg.";
  private static final String EXP_AVG_SQ = "exp_avg_sq.";

  private final double beta1;
  private final double beta2;
  private final double eps;
  private final boolean decoupled;
  private final Map<String, Tensor> expAvg = new LinkedHashMap<>();
  private final Map<String, Tensor> expAvgSq = new LinkedHashMap<>();

  Adam(
      OptimizerConfig config,
      double beta1,
      double beta2,
      double eps,
      boolean decoupled,
      Map<String, Tensor> parameters) {
    super(config, parameters);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.eps = eps;
    this.decoupled = decoupled;
    parameters.forEach(
        (name, parameter) -> {
          expAvg.put(name, zerosLike(parameter));
          expAvgSq.put(name, zerosLike(parameter));
        });
  }

  @Override
  void update(
      String name, Tensor parameter, Tensor grad, double lr, double weightDecay, double gradScale) {
    Backend.of(parameter)
        .optimizer()
        .adam(
            parameter,
            grad,
            expAvg.get(name),
            expAvgSq.get(name),
            lr,
            beta1,
            beta2,
            eps,
            weightDecay,
            decoupled,
            stepCount(),
            gradScale);
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    expAvg.forEach((name, mean) -> state.put(EXP_AVG + name, mean));
    expAvgSq.forEach((name, mean) -> state.put(EXP_AVG_SQ + name, mean));
    return state;
  }

  @Override
  void restoreState(StateSource source) {
    expAvg.forEach((name, mean) -> source.read(EXP_AVG + name, mean));
    expAvgSq.forEach((name, mean) -> source.read(EXP_AVG_SQ + name, mean));
  }

  @Override
  String kind() {
    return decoupled ? "adamw" : "adam";
  }
}
