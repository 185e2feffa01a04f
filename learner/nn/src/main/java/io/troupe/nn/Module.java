package io.troupe.nn;

import io.troupe.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A part of a network: parameters of its own and other modules, each under the name that PyTorch's
 * {@code state_dict} gives it.
 *
 * <p>A module starts in evaluation mode, as a model does that transformers loads; {@link #train}
 * switches on what acts in training alone, such as dropout. Parameters belong to the scope in which
 * the module was made. Not thread-safe.
 */
public abstract class Module {
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private boolean training;

  /** A module without parameters or children. */
  protected Module() {}

  /**
   * Names a parameter and has it require a gradient.
   *
   * @param name as in PyTorch, such as {@code weight}
   * @return {@code parameter}
   */
  protected final Tensor parameter(String name, Tensor parameter) {
    if (parameters.put(name, parameter.requiresGrad(true)) != null) {
      throw new IllegalStateException("two parameters are named " + name);
    }
    return parameter;
  }

  /**
   * Names a module inside this one.
   *
   * @param name as in PyTorch, such as {@code q_proj} or {@code layers.0}
   * @return {@code child}
   */
  protected final <M extends Module> M child(String name, M child) {
    if (children.put(name, child) != null) {
      throw new IllegalStateException("two modules are named " + name);
    }
    return child;
  }

  /** All parameters by their full names, such as {@code layers.0.mlp.weight}; in fixed order. */
  public final LinkedHashMap<String, Tensor> namedParameters() {
    LinkedHashMap<String, Tensor> named = new LinkedHashMap<>();
    collect("", named);
    return named;
  }

  private void collect(String prefix, Map<String, Tensor> named) {
    parameters.forEach((name, parameter) -> named.put(prefix + name, parameter));
    children.forEach((name, child) -> child.collect(prefix + name + ".", named));
  }

  /** The number of parameter elements. */
  public final long numParameters() {
    return namedParameters().values().stream().mapToLong(Tensor::numel).sum();
  }

  /** Switches this and what it contains to training: dropout acts. */
  public final void train() {
    setTraining(true);
  }

  /** Switches this and what it contains to evaluation, the state that modules start in. */
  public final void eval() {
    setTraining(false);
  }

  private void setTraining(boolean on) {
    training = on;
    children.values().forEach(child -> child.setTraining(on));
  }

  /** Whether {@link #train} is on. */
  public final boolean isTraining() {
    return training;
  }

  /** Says whether the parameters collect gradients; a frozen reference model's do not. */
  public final void requiresGrad(boolean requires) {
    namedParameters().values().forEach(parameter -> parameter.requiresGrad(requires));
  }

  /** Forgets the gradients of all parameters. */
  public final void zeroGrad() {
    namedParameters().values().forEach(Tensor::zeroGrad);
  }
}
