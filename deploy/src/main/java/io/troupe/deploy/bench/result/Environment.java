package io.troupe.deploy.bench.result;

import io.troupe.deploy.log.GitRevision;
import io.troupe.tensor.cpu.MultiplyAdds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The machine and the program of a benchmark.
 *
 * @param cpu model name of the processor
 * @param isa instruction set, with the vector width that kernels use
 * @param threads number of compute threads
 * @param jdk version of the Java runtime
 * @param commit git revision of the program
 * @param date start of the benchmark, UTC
 */
public record Environment(
    String cpu, String isa, int threads, String jdk, String commit, String date) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** The environment of this process. */
  public static Environment current(int threads) {
    return new Environment(
        processor(),
        System.getProperty("os.arch") + ", " + MultiplyAdds.vectorBits() + "-bit vectors",
        threads,
        Runtime.version().toString(),
        GitRevision.ofProgram(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static String processor() {
    try {
      return Files.isReadable(CPU_INFO) ? modelName(Files.readAllLines(CPU_INFO)) : unknown();
    } catch (IOException e) {
      return unknown(); // the system does not report it
    }
  }

  /** The model name in the lines of {@code /proc/cpuinfo}. */
  static String modelName(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElseGet(Environment::unknown);
  }

  private static String unknown() {
    return "unknown " + System.getProperty("os.arch");
  }

  /** The fields by name. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("cpu", cpu);
    map.put("isa", isa);
    map.put("threads", threads);
    map.put("jdk", jdk);
    map.put("commit", commit);
    map.put("date", date);
    return map;
  }
}
