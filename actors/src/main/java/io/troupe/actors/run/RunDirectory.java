package io.troupe.actors.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
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

/**
 * The folder of a run: {@code config.conf}, {@code metrics.jsonl} (a line a step), {@code
 * samples/samples.jsonl}, {@code checkpoints/}, {@code plots/}, {@code log.txt}, {@code
 * summary.json}.
 *
 * <p>Locked while open, so that two processes never write one run; a lock goes with its process,
 * also when that is killed. Whoever opens a folder closes it; closing twice is harmless. Errors are
 * {@link RunDirectoryException}s whose message is one line for the user.
 */
public final class RunDirectory implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final FileChannel lockFile;
  private final StepLines metrics;
  private final StepLines samples;

  private RunDirectory(Path folder, FileChannel lockFile) throws IOException {
    this.folder = folder;
    this.lockFile = lockFile;
    for (String part : List.of("samples", "checkpoints", "plots")) {
      Files.createDirectories(folder.resolve(part));
    }
    this.metrics = StepLines.open(metricsFile());
    this.samples = StepLines.open(samplesFile());
  }

  /**
   * Makes the folder of a new run, and its {@code config.conf}.
   *
   * @throws RunDirectoryException if it holds a run already, is in use, or cannot be written
   */
  public static RunDirectory create(Path folder, String config) {
    if (Files.exists(folder.resolve("config.conf"))) {
      throw new RunDirectoryException(
          folder
              + " holds a run already: go on with it by 'troupe resume "
              + folder
              + "', or choose another folder");
    }
    RunDirectory run = lock(folder, true);
    try {
      run.replace(folder.resolve("config.conf"), config);
      return run;
    } catch (RunDirectoryException e) {
      run.close();
      throw e;
    }
  }

  /**
   * Opens the folder of a run that was interrupted.
   *
   * @throws RunDirectoryException if it holds no run, is in use, or cannot be written
   */
  public static RunDirectory open(Path folder) {
    if (!Files.isRegularFile(folder.resolve("config.conf"))) {
      throw new RunDirectoryException(folder + " holds no run: it has no config.conf");
    }
    return lock(folder, false);
  }

  private static RunDirectory lock(Path folder, boolean create) {
    FileChannel channel = null;
    try {
      if (create) {
        Files.createDirectories(folder);
      }
      channel =
          FileChannel.open(
              folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      requireLock(channel, folder);
      return new RunDirectory(folder, channel);
    } catch (IOException e) {
      closeAfter(channel, e);
      throw failure(folder, e);
    } catch (RunDirectoryException e) {
      closeAfter(channel, e);
      throw e;
    }
  }

  private static void requireLock(FileChannel channel, Path folder) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new RunDirectoryException(
          folder + " is in use by another run: wait for it, or choose another folder");
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

  /** An I/O failure as one line for the user. */
  public static RunDirectoryException failure(Path folder, IOException e) {
    return new RunDirectoryException(
        "cannot write the run folder " + folder + ": " + WriteFailure.reason(e), e);
  }

  /** The folder itself. */
  public Path path() {
    return folder;
  }

  /** The run's configuration, HOCON. */
  public Path configFile() {
    return folder.resolve("config.conf");
  }

  /**
   * The configuration of the run, which an older version may have written.
   *
   * @throws IllegalArgumentException if {@code config.conf} cannot be read
   */
  public StoredConfig config() {
    try {
      return StoredConfig.of(ConfigFactory.parseFile(configFile().toFile()).resolve());
    } catch (ConfigException e) {
      throw new IllegalArgumentException(configFile() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** One line a step, in TRL's names. */
  public Path metricsFile() {
    return folder.resolve("metrics.jsonl");
  }

  /** Samples to be read, one a line. */
  public Path samplesFile() {
    return folder.resolve("samples").resolve("samples.jsonl");
  }

  /** Where checkpoints are. */
  public Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /** The policy as it was before the first step, in Hugging Face's layout. */
  public Path startModel() {
    return checkpoints().resolve("start");
  }

  /** The trained policy in Hugging Face's layout, once the run has ended. */
  public Path finalModel() {
    return checkpoints().resolve("final");
  }

  /** Where pictures are. */
  public Path plots() {
    return folder.resolve("plots");
  }

  /** What was logged. */
  public Path logFile() {
    return folder.resolve("log.txt");
  }

  /** What came of the run, once it has ended. */
  public Path summaryFile() {
    return folder.resolve("summary.json");
  }

  /**
   * Refuses a run that has ended.
   *
   * @throws RunDirectoryException if there is a summary
   */
  public void requireUnfinished() {
    if (Files.isRegularFile(summaryFile())) {
      throw new RunDirectoryException(
          "the run in " + folder + " has finished: see " + summaryFile());
    }
  }

  /** Appends a step to {@code metrics.jsonl}; numbers that are not finite are written as null. */
  public void appendMetrics(long step, Map<String, Double> values) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step);
    values.forEach((name, value) -> line.put(name, Double.isFinite(value) ? value : null));
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
    line.put("reward", Double.isFinite(text.reward()) ? text.reward() : null);
    line.put("rewards", text.parts());
    line.put("num_tokens", text.numTokens());
    line.put("finish_reason", text.finishReason());
    return line;
  }

  /** Forgets metrics and samples of steps after {@code step}: they are about to be done again. */
  public void truncateAfter(long step) {
    write(
        () -> {
          metrics.truncateAfter(step);
          samples.truncateAfter(step);
        });
  }

  /** Writes {@code summary.json}. */
  public void writeSummary(Map<String, ?> summary) {
    write(() -> WholeFile.write(summaryFile(), JSON.writeValueAsString(summary) + "\n"));
  }

  /** Writes a file beside its place and renames it, so that it is there whole or not at all. */
  public void replace(Path file, String text) {
    write(() -> WholeFile.write(file, text));
  }

  private void write(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw failure(folder, e);
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
