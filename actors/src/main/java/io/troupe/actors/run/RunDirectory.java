package io.troupe.actors.run;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.troupe.data.json.FiniteJson;
import io.troupe.nn.checkpoint.StepFolder;
import io.troupe.nn.checkpoint.WholeFile;
import io.troupe.nn.checkpoint.WriteFailure;
import io.troupe.protocols.config.StoredConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The directory of a run: {@code config.conf}, {@code metrics.jsonl} (one line per step), {@code
 * samples/samples.jsonl}, {@code samples/parquet/}, {@code checkpoints/}, {@code plots/}, {@code
 * log.txt}, {@code summary.json}.
 *
 * <p>The directory is locked while open, so that two processes never write to one run; the lock is
 * released when its process ends, even if it is killed. The caller must close the directory;
 * repeated calls have no effect. Errors are {@link RunDirectoryException}s with a one-line message.
 */
public final class RunDirectory implements AutoCloseable {
  private static final String CONFIG = "config.conf";
  private static final String SUMMARY = "summary.json";
  private static final String CHECKPOINTS = "checkpoints";

  private final Path directory;
  private final FileChannel lockFile;
  private final StepLines metrics;
  private final StepLines samples;

  private RunDirectory(Path directory, FileChannel lockFile) throws IOException {
    this.directory = directory;
    this.lockFile = lockFile;
    for (String part : List.of("samples", CHECKPOINTS, "plots")) {
      Files.createDirectories(directory.resolve(part));
    }
    this.metrics = StepLines.open(metricsFile());
    this.samples = StepLines.open(samplesFile());
  }

  /**
   * Creates the directory of a new run with its {@code config.conf}.
   *
   * @throws RunDirectoryException if it contains a run already, is in use, or cannot be written
   */
  public static RunDirectory create(Path directory, String config) {
    if (hasRun(directory)) {
      throw new RunDirectoryException(
          ("%s must be a new directory, but contains a run; continue it with 'troupe resume %s' or"
                  + " choose another directory")
              .formatted(directory, directory));
    }
    RunDirectory run = lock(directory, true);
    try {
      run.replace(directory.resolve(CONFIG), config);
      return run;
    } catch (RunDirectoryException e) {
      run.close();
      throw e;
    }
  }

  /**
   * Opens the directory of an interrupted run.
   *
   * @throws RunDirectoryException if it contains no run, is in use, or cannot be written
   */
  public static RunDirectory open(Path directory) {
    if (!hasRun(directory)) {
      throw new RunDirectoryException(directory + " must contain a run, but has no config.conf");
    }
    return lock(directory, false);
  }

  private static RunDirectory lock(Path directory, boolean create) {
    FileChannel channel = null;
    try {
      if (create) {
        Files.createDirectories(directory);
      }
      channel =
          FileChannel.open(
              directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      requireLock(channel, directory);
      return new RunDirectory(directory, channel);
    } catch (IOException e) {
      closeAfter(channel, e);
      throw failure(directory, e);
    } catch (RunDirectoryException e) {
      closeAfter(channel, e);
      throw e;
    }
  }

  private static void requireLock(FileChannel channel, Path directory) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new RunDirectoryException(
          directory + " is in use by another run; wait for it or choose another directory");
    }
  }

  private static void closeAfter(FileChannel channel, Exception failure) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /** Describes an I/O failure in one line. */
  public static RunDirectoryException failure(Path directory, IOException e) {
    return new RunDirectoryException(
        "cannot write the run directory " + directory + ": " + WriteFailure.reason(e), e);
  }

  /** The path of the directory. */
  public Path path() {
    return directory;
  }

  /** The run's configuration, HOCON. */
  public Path configFile() {
    return directory.resolve(CONFIG);
  }

  /**
   * The configuration of the run, which an older version may have written.
   *
   * @throws IllegalArgumentException if {@code config.conf} cannot be read
   */
  public StoredConfig config() {
    return configOf(directory);
  }

  /**
   * The configuration of the run in a directory, which another process may have open.
   *
   * @throws IllegalArgumentException if {@code config.conf} cannot be read
   */
  public static StoredConfig configOf(Path directory) {
    Path file = directory.resolve(CONFIG);
    try {
      return StoredConfig.of(ConfigFactory.parseFile(file.toFile()).resolve());
    } catch (ConfigException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether a directory contains a run, finished or not. */
  public static boolean hasRun(Path directory) {
    return Files.isRegularFile(directory.resolve(CONFIG));
  }

  /** Metrics in TRL's names, one line per step. */
  public Path metricsFile() {
    return directory.resolve("metrics.jsonl");
  }

  /** Samples as text, one per line. */
  public Path samplesFile() {
    return directory.resolve("samples").resolve("samples.jsonl");
  }

  /** The directory of all checkpoints. */
  public Path checkpoints() {
    return checkpoints(directory);
  }

  /** The directory of all checkpoints of the run in a directory. */
  public static Path checkpoints(Path directory) {
    return directory.resolve(CHECKPOINTS);
  }

  /** The policy before the first step, in Hugging Face's layout. */
  public Path startModel() {
    return startModel(directory);
  }

  /** The policy before the first step of the run in a directory. */
  public static Path startModel(Path directory) {
    return checkpoints(directory).resolve("start");
  }

  /** The checkpoint of a step of the run in a directory; it may not exist. */
  public static Path checkpoint(Path directory, long step) {
    return StepFolder.of(checkpoints(directory), step).path();
  }

  /** The experience log of a clustered run in a directory; it may not exist. */
  public static Path log(Path directory) {
    return directory.resolve("log");
  }

  /** The trained policy in Hugging Face's layout, once the run has ended. */
  public Path finalModel() {
    return checkpoints().resolve("final");
  }

  /** The directory of plots. */
  public Path plots() {
    return directory.resolve("plots");
  }

  /** The log of the run. */
  public Path logFile() {
    return directory.resolve("log.txt");
  }

  /** The results of the run, once it has ended. */
  public Path summaryFile() {
    return directory.resolve(SUMMARY);
  }

  /**
   * Checks that the run has not ended.
   *
   * @throws RunDirectoryException if there is a summary
   */
  public void requireUnfinished() {
    requireUnfinished(directory);
  }

  /**
   * Checks that the run in a directory has not ended; another process may have it open.
   *
   * @throws RunDirectoryException if there is a summary
   */
  public static void requireUnfinished(Path directory) {
    endOf(directory)
        .ifPresent(
            end -> {
              throw new RunDirectoryException(end);
            });
  }

  /** A line that says where the results of a run are; empty if it has not ended. */
  public static Optional<String> endOf(Path directory) {
    Path summary = directory.resolve(SUMMARY);
    return Files.isRegularFile(summary)
        ? Optional.of("the run in " + directory + " has finished: see " + summary)
        : Optional.empty();
  }

  /** Appends a step to {@code metrics.jsonl}; values that are not finite are written as null. */
  public void appendMetrics(long step, Map<String, Double> values) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step);
    line.putAll(values);
    write(() -> metrics.append(line));
  }

  /** Appends samples to {@code samples/samples.jsonl}. */
  public void appendSamples(List<SampleText> texts) {
    write(
        () -> {
          for (SampleText text : texts) {
            samples.append(line(text));
          }
        });
  }

  private static Map<String, Object> line(SampleText text) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", text.step());
    line.put("group", text.groupId());
    line.put("sample", text.sampleIndex());
    line.put("policy_version", text.policyVersion());
    line.put("prompt", text.prompt());
    line.put("completion", text.completion());
    line.put("reward", text.reward());
    line.put("rewards", text.parts());
    line.put("num_tokens", text.numTokens());
    line.put("finish_reason", text.finishReason());
    return line;
  }

  /**
   * Writes the samples since the last call as a file in {@code samples/parquet}.
   *
   * @param step last step of the file
   */
  public void exportSamples(long step) {
    write(() -> parquetSamples().exportUpTo(step));
  }

  private ParquetSamples parquetSamples() {
    return new ParquetSamples(samplesFile(), samplesFile().resolveSibling("parquet"));
  }

  /** Removes metrics and samples of steps after {@code step}, which will be repeated. */
  public void truncateAfter(long step) {
    write(
        () -> {
          metrics.truncateAfter(step);
          samples.truncateAfter(step);
          parquetSamples().truncateAfter(step);
        });
  }

  /** Writes {@code summary.json}. */
  public void writeSummary(Map<String, ?> summary) {
    write(() -> WholeFile.write(summaryFile(), FiniteJson.indented(summary) + "\n"));
  }

  /** Replaces a file atomically: writes a temporary file and renames it. */
  public void replace(Path file, String text) {
    write(() -> WholeFile.write(file, text));
  }

  private void write(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw failure(directory, e);
    }
  }

  private interface Writing {
    void run() throws IOException;
  }

  @Override
  public void close() {
    write(
        () -> {
          try (lockFile;
              metrics;
              samples) {
            // closed in reverse order; the lock goes last
          }
        });
  }
}
