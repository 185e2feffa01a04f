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
 * What PyTorch computed: tensors under names such as {@code linear.x}, {@code linear.dx} or {@code
 * linear.param.weight}, from a safetensors file that a script beside it has written.
 */
public final class TorchFile implements AutoCloseable {
  /** Single precision on both sides: relative to the largest element of a tensor. */
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

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return file.tensors().containsKey(name);
  }

  /** A tensor in the current scope: FLOAT32, or INT32 where whole numbers are stored. */
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

  /** A FLOAT32 tensor that collects its gradient. */
  public Tensor leaf(String name) {
    return get(name).requiresGrad(true);
  }

  /** The names under {@code prefix}, without it. */
  public Set<String> names(String prefix) {
    return file.tensors().keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  /** Overwrites parameters and buffers with those under {@code prefix}, by the same names. */
  public void load(String prefix, Module module) {
    module.stateDict().forEach((name, tensor) -> file.read(prefix + name, tensor));
  }

  /** Compares all gradients with those under {@code prefix}, by the names of the parameters. */
  public void checkGradients(String prefix, Module module) {
    Map<String, Tensor> parameters = module.namedParameters();
    assertThat(parameters.keySet().stream().map(name -> prefix + name))
        .containsExactlyInAnyOrderElementsOf(
            file.tensors().keySet().stream().filter(name -> name.startsWith(prefix)).toList());
    parameters.forEach((name, parameter) -> check(parameter.grad(), prefix + name));
  }

  /** Compares a tensor with a stored one. */
  public void check(Tensor got, String name) {
    Tensor want = get(name);
    assertThat(got).as(name).isNotNull();
    assertThat(got.shape()).as(name).isEqualTo(want.shape());
    double[] expected = want.toDoubles();
    double[] actual = got.toDoubles();
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= TOLERANCE * largest)) {
        assertThat(actual[i])
            .as("%s %s, element %d, the largest being %s", name, want.shape(), i, largest)
            .isEqualTo(expected[i]);
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
