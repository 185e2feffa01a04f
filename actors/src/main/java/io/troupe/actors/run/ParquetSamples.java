package io.troupe.actors.run;

import io.troupe.data.parquet.JsonLinesExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Exports the samples of a run to a directory of Parquet files. Each file contains the samples of a
 * range of steps. It is written with a checkpoint and never changed, so that other programs can
 * read the directory at any time, also after the run is killed.
 *
 * @param samples {@code samples.jsonl}
 * @param directory for the files {@code steps-<first>-<last>.parquet}, without other files
 */
record ParquetSamples(Path samples, Path directory) {
  private static final Pattern NAME =
      Pattern.compile("steps-([0-9]{9,18})-([0-9]{9,18})\\.parquet");

  private record StepsFile(Path path, long lastStep) {}

  /** Writes a file with the samples of the steps after the last file, up to a step. */
  void exportUpTo(long step) throws IOException {
    long first = files().stream().mapToLong(StepsFile::lastStep).max().orElse(-1) + 1;
    if (first <= step) {
      Files.createDirectories(directory);
      new JsonLinesExport(samples, columns())
          .write(first, step, directory.resolve("steps-%09d-%09d.parquet".formatted(first, step)));
    }
  }

  /** Deletes the files with later steps. The next export writes their earlier steps again. */
  void truncateAfter(long step) throws IOException {
    for (StepsFile file : files()) {
      if (file.lastStep > step) {
        Files.delete(file.path);
      }
    }
  }

  private List<StepsFile> files() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.flatMap(ParquetSamples::parse).toList();
    }
  }

  private static Stream<StepsFile> parse(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    return name.matches()
        ? Stream.of(new StepsFile(path, Long.parseLong(name.group(2))))
        : Stream.empty();
  }

  private static SequencedMap<String, String> columns() {
    SequencedMap<String, String> columns = new LinkedHashMap<>();
    columns.put("step", "BIGINT");
    columns.put("group", "BIGINT");
    columns.put("sample", "INTEGER");
    columns.put("policy_version", "BIGINT");
    columns.put("prompt", "VARCHAR");
    columns.put("completion", "VARCHAR");
    columns.put("reward", "DOUBLE");
    columns.put("rewards", "MAP(VARCHAR, DOUBLE)");
    columns.put("num_tokens", "INTEGER");
    columns.put("finish_reason", "VARCHAR");
    return columns;
  }
}
