package io.troupe.deploy.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes the flags with which the launcher starts java: those of {@code jvm.args}, with the Vector
 * API on the boot class path instead of in its module.
 *
 * <p>JDK 25 archives the module graph only without incubator modules, and an AOT cache without
 * module graph has neither linked classes (JEP 483) nor method profiles (JEP 515): compilation of
 * the kernels would begin anew in every process. On the boot class path, the same classes are
 * compiled to the same code. A JDK of another version gets the flags unchanged.
 */
public final class LaunchFlags {
  private static final int JDK = 25;
  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  /** The packages that java.base exports to the module. */
  private static final List<String> EXPORTS =
      List.of(
          "jdk.internal",
          "jdk.internal.foreign",
          "jdk.internal.misc",
          "jdk.internal.util",
          "jdk.internal.vm.annotation",
          "jdk.internal.vm.vector");

  /** The JVM sets these when it finds the module. */
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UnlockExperimentalVMOptions",
          "-XX:+EnableVectorSupport",
          "-XX:+EnableVectorReboxing",
          "-XX:+EnableVectorAggressiveReboxing");

  private LaunchFlags() {}

  /**
   * Writes the flags.
   *
   * @param args the file {@code jvm.args}; the file to write; the jar of the Vector API to write
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    write(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Runtime.version().feature());
  }

  static void write(Path jvmArgs, Path to, Path jar, int jdk) throws IOException {
    List<String> lines = Files.readAllLines(jvmArgs);
    if (jdk == JDK) {
      VectorApiJar.write(jar);
      lines = lines.stream().flatMap(line -> replaced(line, jar)).toList();
    }
    Files.write(to, lines);
  }

  private static Stream<String> replaced(String line, Path jar) {
    if (!line.equals(MODULE)) {
      return Stream.of(line);
    }
    Stream<String> exports =
        EXPORTS.stream().map(name -> "--add-exports=java.base/" + name + "=ALL-UNNAMED");
    String path = jar.toAbsolutePath().toString().replace("\\", "\\\\").replace("\"", "\\\"");
    return Stream.of(OPTIONS.stream(), exports, Stream.of("\"-Xbootclasspath/a:" + path + "\""))
        .flatMap(flags -> flags);
  }
}
