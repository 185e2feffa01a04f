package io.troupe.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.nn.checkpoint.StoredTensor;
import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Results of PyTorch: tensors with names such as {@code linear.x}, {@code linear.dx} or {@code
 * linear.param.weight}, read from a safetensors file. The Python script beside the file wrote it.
 */
public final class TorchFile implements AutoCloseable {
  /** Relative to the largest element of a tensor; both sides have fp32 rounding errors. */
  private static final double TOLERANCE = 1e-5;

  private final SafetensorsFile file;

  private TorchFile(SafetensorsFile file) {
    this.file = file;
  }

  /** Opens a file of this module's test resources, such as {@code layers/activations}. */
  public static TorchFile open(String name) {
    Path folder = ReferenceModel.resources().resolve(Path.of("io", "troupe", "nn"));
    return new TorchFile(SafetensorsFile.open(folder.resolve(name + ".safetensors")));
  }

  /** Whether the file contains a tensor with this name. */
  public boolean has(String name) {
    return file.tensors().containsKey(name);
  }

  /** Reads a tensor into the current scope: FLOAT32, or INT32 if integers are stored. */
  public Tensor get(String name) {
    StoredTensor stored = file.tensors().get(name);
    assertThat(stored).as("a tensor named " + name + " in " + file.path()).isNotNull();
    DType type =
        stored.type() == StorageType.I32 || stored.type() == StorageType.I64
            ? DType.INT32
            : DType.FLOAT32;
    Tensor tensor = Tensor.empty(type, stored.shape());
    file.read(name, tensor);
    return tensor;
  }

  /** Reads a FLOAT32 tensor that requires its gradient. */
  public Tensor leaf(String name) {
    return get(name).requiresGrad(true);
  }

  /** The names that start with {@code prefix}, without the prefix. */
  public Set<String> names(String prefix) {
    return file.tensors().keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  /** Loads the parameters and buffers that are stored with {@code prefix}. */
  public void load(String prefix, Module module) {
    module.stateDict().forEach((name, tensor) -> file.read(prefix + name, tensor));
  }

  /** Compares the gradients of all parameters with those stored with {@code prefix}. */
  public void checkGradients(String prefix, Module module) {
    Map<String, Tensor> parameters = module.namedParameters();
    assertThat(parameters.keySet().stream().map(name -> prefix + name))
        .containsExactlyInAnyOrderElementsOf(
            file.tensors().keySet().stream().filter(name -> name.startsWith(prefix)).toList());
    parameters.forEach((name, parameter) -> check(parameter.grad(), prefix + name));
  }

  /**
   * Compares the gradients stored with {@code prefix}. Each is compared relative to its largest
   * element, or to a hundredth of the largest element of all of them if that is larger: gradients
   * that cancel have only rounding errors. A parameter that was not used has no gradient, or 0.
   */
  public void checkGroup(String prefix, Module module) {
    Set<String> names = names(prefix);
    double floor = 0.01 * names.stream().mapToDouble(n -> largest(get(prefix + n))).max().orElse(0);
    for (String name : names) {
      Tensor gradient = module.namedParameters().get(name).grad();
      if (gradient == null) {
        assertThat(largest(get(prefix + name))).as(prefix + name).isZero();
      } else {
        check(gradient, prefix + name, floor);
      }
    }
  }

  private static double largest(Tensor tensor) {
    return Arrays.stream(tensor.toDoubles()).map(Math::abs).max().orElse(0);
  }

  /** Compares a tensor with the stored tensor of this name. */
  public void check(Tensor tensor, String name) {
    check(tensor, name, 0);
  }

  private void check(Tensor tensor, String name, double floor) {
    Tensor stored = get(name);
    assertThat(tensor).as(name).isNotNull();
    assertThat(tensor.shape()).as(name).isEqualTo(stored.shape());
    double[] expected = stored.toDoubles();
    double[] actual = tensor.toDoubles();
    double largest = Math.max(floor, largest(stored));
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= TOLERANCE * largest)) {
        assertThat(actual[i])
            .as("%s %s, element %d, largest %s", name, stored.shape(), i, largest)
            .isEqualTo(expected[i]);
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
