package io.troupe.data.graph;

import io.troupe.data.DataFormatException;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Predicate;

/** Safetensors files with graphs. */
final class GraphTensors {
  private GraphTensors() {}

  /**
   * Returns whether a file has a tensor of a name.
   *
   * @throws DataFormatException if it is not a safetensors file
   */
  static boolean has(Path path, Predicate<String> name) {
    return path.toString().endsWith(".safetensors")
        && read(path, file -> file.tensors().keySet().stream().anyMatch(name));
  }

  /**
   * Reads a graph.
   *
   * @throws DataFormatException if it is not a safetensors file, or the reader throws an {@link
   *     IllegalArgumentException}
   */
  static <T> T read(Path path, Function<SafetensorsFile, T> reader) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return reader.apply(file);
    } catch (CheckpointFormatException | UncheckedIOException e) {
      throw new DataFormatException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(path + ": " + e.getMessage(), e);
    }
  }
}
