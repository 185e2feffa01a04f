package io.troupe.tensor.cpu;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Reference tensors from PyTorch by name, read from a text file that the script in its directory
 * generates.
 */
final class Fixture {
  private final Map<String, String[]> lines = new HashMap<>();

  private Fixture() {}

  /** Reads kernels.txt. */
  static Fixture read() {
    Fixture fixture = new Fixture();
    try (InputStream in = Fixture.class.getResourceAsStream("kernels.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .map(line -> line.split(" "))
          .forEach(words -> fixture.lines.put(words[0], words));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return fixture;
  }

  boolean has(String name) {
    return lines.containsKey(name);
  }

  /** A tensor in the current scope. */
  Tensor get(DType type, String name) {
    String[] words = lines.get(name);
    int[] sizes =
        words[1].equals("scalar")
            ? new int[0]
            : Arrays.stream(words[1].split("x")).mapToInt(Integer::parseInt).toArray();
    double[] values = Arrays.stream(words).skip(2).mapToDouble(Double::parseDouble).toArray();
    return Samples.of(type, values, Shape.of(sizes));
  }
}
