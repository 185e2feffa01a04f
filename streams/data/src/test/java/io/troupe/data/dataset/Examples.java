package io.troupe.data.dataset;

import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.DatasetConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Helper methods for the dataset tests. */
final class Examples {
  private Examples() {}

  static DatasetConfig config(String hocon) {
    return DatasetConfig.from(ConfigFactory.parseString(hocon));
  }

  static float[] input(Map<String, ArrayData> batch) {
    return ((ArrayData.Floats) batch.get("input")).values();
  }

  static int[] ints(Map<String, ArrayData> batch, String name) {
    return ((ArrayData.Ints) batch.get(name)).values();
  }

  static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  static Path write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }
}
