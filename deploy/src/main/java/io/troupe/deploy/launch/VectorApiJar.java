package io.troupe.deploy.launch;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The classes of the module {@code jdk.incubator.vector} of this JDK, as a jar. */
final class VectorApiJar {
  private static final String MODULE = "modules/jdk.incubator.vector";

  private VectorApiJar() {}

  /** Writes the jar: every class, but no module descriptor. */
  static void write(Path jar) throws IOException {
    Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath(MODULE);
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Path file : classes(root)) {
        zip.putNextEntry(new ZipEntry(root.relativize(file).toString()));
        zip.write(Files.readAllBytes(file));
        zip.closeEntry();
      }
    }
  }

  private static List<Path> classes(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("module-info.class"))
          .sorted()
          .toList();
    }
  }
}
