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
 * The samples of a run as Parquet: a directory of files, each with the samples of some steps. A
 * file is written with each checkpoint and never changed, so that other programs can read the
 * directory at any time, also after the run was killed.
 *
 * @param samples {@code samples.jsonl}
 * @param directory of the files {@code steps-<first>-<last>.parquet}, without other files
 */
record SampleParts(Path samples, Path directory) {
  private static final Pattern NAME =
      Pattern.compile("steps-([0-9]{9,18})-([0-9]{9,18})\\.parquet");

  private record Part(Path file, long lastStep) {}

  /** Writes the samples of the steps after the last file up to a step. */
  void exportUpTo(long step) throws IOException {
    long first = parts().stream().mapToLong(Part::lastStep).max().orElse(-1) + 1;
    if (first <= step) {
      Files.createDirectories(directory);
      new JsonLinesExport(samples, columns())
          .write(first, step, directory.resolve("steps-%09d-%09d.parquet".formatted(first, step)));
    }
  }

  /** Removes the files with later steps; the next export writes their earlier steps again. */
  void truncateAfter(long step) throws IOException {
    for (Part part : parts()) {
      if (part.lastStep > step) {
        Files.delete(part.file);
      }
    }
  }

  private List<Part> parts() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.flatMap(SampleParts::part).toList();
    }
  }

  private static Stream<Part> part(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches()
        ? Stream.of(new Part(file, Long.parseLong(name.group(2))))
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
