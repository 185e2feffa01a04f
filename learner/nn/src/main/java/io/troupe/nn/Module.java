package io.troupe.nn;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network or a part of one: parameters, buffers and child modules, with the names of PyTorch's
 * {@code state_dict}.
 *
 * <p>A module starts in evaluation mode, as a model that transformers loads; {@link #train} enables
 * behavior of training, such as dropout. Parameters belong to the scope in which the module was
 * created. Not thread-safe.
 */
public abstract class Module {
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private boolean training;

  /** A module without parameters or children. */
  protected Module() {}

  /**
   * Registers a parameter, which then requires a gradient.
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
   * Registers a tensor that is saved with the parameters but not trained, such as {@code
   * running_mean}.
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
   * Registers a child module.
   *
   * @param name as in PyTorch, such as {@code q_proj} or {@code layers.0}; an empty name gives the
   *     child's tensors the names that they have in the child
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

  /** All parameters by full name, such as {@code layers.0.mlp.weight}; in fixed order. */
  public final LinkedHashMap<String, Tensor> namedParameters() {
    LinkedHashMap<String, Tensor> named = new LinkedHashMap<>();
    collect("", named, true, false);
    return named;
  }

  /** All buffers by full name, such as {@code bn1.running_mean}; in fixed order. */
  public final LinkedHashMap<String, Tensor> namedBuffers() {
    LinkedHashMap<String, Tensor> named = new LinkedHashMap<>();
    collect("", named, false, true);
    return named;
  }

  /** Parameters and buffers by full name, in the order of PyTorch's {@code state_dict}. */
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
        (name, child) ->
            child.collect(
                name.isEmpty() ? prefix : prefix + name + ".", named, ofParameters, ofBuffers));
  }

  /** The number of parameter elements. */
  public final long numParameters() {
    return namedParameters().values().stream().mapToLong(Tensor::numel).sum();
  }

  /** Switches this module and its children to training mode. */
  public final void train() {
    setTraining(true);
  }

  /** Switches this module and its children to evaluation mode, the initial mode. */
  public final void eval() {
    setTraining(false);
  }

  private void setTraining(boolean on) {
    training = on;
    children.values().forEach(child -> child.setTraining(on));
  }

  /** Whether the module is in training mode. */
  public final boolean isTraining() {
    return training;
  }

  /**
   * Restarts the random number generators of this module and its children, such as those of
   * dropout, so that a step is reproducible.
   *
   * @param generator each child gets its own stream, by its position
   */
  public final void restartRandom(Philox generator) {
    onRestartRandom(generator);
    long place = 1;
    for (Module child : children.values()) {
      child.restartRandom(generator.derive(place++));
    }
  }

  /** Sets the generator of this module itself; most modules have none. */
  protected void onRestartRandom(Philox generator) {}

  /**
   * The positions in the random streams of this module and its children, for {@link
   * #randomPositions(long[])}.
   */
  public final long[] randomPositions() {
    return modules().stream().mapToLong(Module::onRandomPosition).toArray();
  }

  /** Continues at earlier positions, so that a forward pass can be repeated. */
  public final void randomPositions(long[] positions) {
    List<Module> modules = modules();
    for (int i = 0; i < positions.length; i++) {
      modules.get(i).onRandomPosition(positions[i]);
    }
  }

  /** The position in the random stream of this module itself; most modules have none. */
  protected long onRandomPosition() {
    return 0;
  }

  /** Sets the position in the random stream of this module itself. */
  protected void onRandomPosition(long position) {}

  /**
   * Stores the weights of linear layers only in the layout in which products read them, so that a
   * model that decodes needs no second copy. Such weights can be overwritten by bytes; they cannot
   * be trained, copied or saved.
   */
  public final void storePacked() {
    onStorePacked();
    children.values().forEach(Module::storePacked);
  }

  /** Releases the packed copies of the weights that earlier forward passes have left. */
  public final void releasePackedCopies() {
    namedParameters().values().forEach(parameter -> parameter.storage().derived(null));
  }

  /** Stores the weights of this module itself; most modules multiply by none. */
  protected void onStorePacked() {}

  /** Sets whether the parameters collect gradients; those of a frozen reference model do not. */
  public final void requiresGrad(boolean requires) {
    namedParameters().values().forEach(parameter -> parameter.requiresGrad(requires));
  }

  /**
   * Stops the collection of gradients, which saves the part of the parameters in a backward pass
   * through this module.
   *
   * @return collects gradients again when it is closed
   */
  public final Frozen frozen() {
    requiresGrad(false);
    return () -> requiresGrad(true);
  }

  /** A time in which the parameters of a module collect no gradients. */
  @FunctionalInterface
  public interface Frozen extends AutoCloseable {
    @Override
    void close();
  }

  /** Clears the gradients of all parameters. */
  public final void zeroGrad() {
    namedParameters().values().forEach(Tensor::zeroGrad);
  }
}
