package io.troupe.nn;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a network: parameters and buffers of its own and other modules, each under the name
 * that PyTorch's {@code state_dict} gives it.
 *
 * <p>A module starts in evaluation mode, as a model does that transformers loads; {@link #train}
 * switches on what acts in training alone, such as dropout. Parameters belong to the scope in which
 * the module was made. Not thread-safe.
 */
public abstract class Module {
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
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
    requireNew(name);
    parameters.put(name, parameter.requiresGrad(true));
    return parameter;
  }

  /**
   * Names a tensor that is saved with the parameters but not learned, such as {@code running_mean}.
   *
   * @param name as in PyTorch
   * @return {@code buffer}
   */
  protected final Tensor buffer(String name, Tensor buffer) {
    requireNew(name);
    buffers.put(name, buffer);
    return buffer;
  }

  private void requireNew(String name) {
    if (parameters.containsKey(name) || buffers.containsKey(name)) {
      throw new IllegalStateException("two tensors are named " + name);
    }
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

  /** This module and all modules inside it, as {@code modules()} of PyTorch. */
  public final List<Module> modules() {
    List<Module> modules = new ArrayList<>();
    modules.add(this);
    children.values().forEach(child -> modules.addAll(child.modules()));
    return modules;
  }

  /** All parameters by their full names, such as {@code layers.0.mlp.weight}; in fixed order. */
  public final LinkedHashMap<String, Tensor> namedParameters() {
    LinkedHashMap<String, Tensor> named = new LinkedHashMap<>();
    collect("", named, true, false);
    return named;
  }

  /** All buffers by their full names, such as {@code bn1.running_mean}; in fixed order. */
  public final LinkedHashMap<String, Tensor> namedBuffers() {
    LinkedHashMap<String, Tensor> named = new LinkedHashMap<>();
    collect("", named, false, true);
    return named;
  }

  /** Parameters and buffers by their full names, in the order of PyTorch's {@code state_dict}. */
  public final LinkedHashMap<String, Tensor> stateDict() {
    LinkedHashMap<String, Tensor> named = new LinkedHashMap<>();
    collect("", named, true, true);
    return named;
  }

  private void collect(
      String prefix, Map<String, Tensor> named, boolean ofParameters, boolean ofBuffers) {
    if (ofParameters) {
      parameters.forEach((name, parameter) -> named.put(prefix + name, parameter));
    }
    if (ofBuffers) {
      buffers.forEach((name, buffer) -> named.put(prefix + name, buffer));
    }
    children.forEach(
        (name, child) -> child.collect(prefix + name + ".", named, ofParameters, ofBuffers));
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

  /**
   * Restarts everything random in this module and what it contains, such as the draws of dropout,
   * so that a step which does so first can be repeated exactly.
   *
   * @param generator each module inside gets a stream of its own, by its place
   */
  public final void restartRandom(Philox generator) {
    onRestartRandom(generator);
    long place = 1;
    for (Module child : children.values()) {
      child.restartRandom(generator.derive(place++));
    }
  }

  /** Takes a generator for what is random in this module itself; most have nothing random. */
  protected void onRestartRandom(Philox generator) {}

  /** Says whether the parameters collect gradients; a frozen reference model's do not. */
  public final void requiresGrad(boolean requires) {
    namedParameters().values().forEach(parameter -> parameter.requiresGrad(requires));
  }

  /** Forgets the gradients of all parameters. */
  public final void zeroGrad() {
    namedParameters().values().forEach(Tensor::zeroGrad);
  }
}
