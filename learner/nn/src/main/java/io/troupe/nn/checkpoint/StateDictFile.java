package io.troupe.nn.checkpoint;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A module's parameters and buffers in one {@code .safetensors} file, under the names of its {@code
 * state_dict}, as {@code safetensors.torch.save_file(model.state_dict(), path)} writes them.
 */
public final class StateDictFile {
  private StateDictFile() {}

  /**
   * Overwrites a module's parameters and buffers, converting their types.
   *
   * @param names the names of the module's tensors in the file
   * @throws CheckpointFormatException if the file is not valid, or a tensor is missing, not
   *     expected or of another shape: the message lists the names, and nothing has been read
   */
  public static void load(Path path, Module module, WeightNames names) {
    Map<String, Tensor> state = module.stateDict();
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Map<String, SafetensorsFile> files = new LinkedHashMap<>();
      file.tensors().keySet().forEach(name -> files.put(name, file));
      WeightLoader.load(path.toString(), "the model", files, names, state);
      state.keySet().removeIf(name -> names.stored(name, files.keySet()).isPresent());
    }
    state.values().forEach(count -> count.filli(0));
  }

  /** Overwrites a module's parameters and buffers from a file that contains exactly these. */
  public static void load(Path path, Module module) {
    load(path, module, StateDictNames.EXACT);
  }

  /**
   * Writes a module's parameters and buffers.
   *
   * @param type of floating-point tensors in the file; integers keep their type
   * @throws IOException if the file cannot be written; it is whole or absent
   */
  public static void save(Path path, Module module, StorageType type) throws IOException {
    List<TensorToWrite> tensors = new ArrayList<>();
    module
        .stateDict()
        .forEach(
            (name, tensor) ->
                tensors.add(
                    tensor.dtype().isInteger()
                        ? TensorToWrite.of(name, tensor)
                        : new TensorToWrite(name, tensor, false, type)));
    SafetensorsWriter.write(path, tensors, Map.of("format", "pt"));
  }
}
