package io.troupe.deploy.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunDirectoryException;
import io.troupe.data.json.FiniteJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeMap;

/**
 * The evaluations of a run with every held-out answer, one JSON object per line in {@code
 * evaluations.jsonl}. The report of a resumed run reads them.
 *
 * @param file the file in the run directory
 */
public record EvaluationFile(Path file) {
  /** Returns the file of a run. */
  public static EvaluationFile of(RunDirectory folder) {
    return new EvaluationFile(folder.path().resolve("evaluations.jsonl"));
  }

  /**
   * Appends an evaluation.
   *
   * @throws RunDirectoryException if it cannot be written
   */
  public void append(EvaluationResult result) {
    try {
      Files.writeString(
          file,
          (endsInMidLine() ? "\n" : "") + FiniteJson.line(result) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new RunDirectoryException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Whether a crash has truncated the last line. */
  private boolean endsInMidLine() throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.read(last, channel.size() - 1);
      return last.get(0) != '\n';
    }
  }

  /**
   * Reads the evaluations by step. Of a repeated evaluation the last one counts; truncated lines
   * are skipped.
   *
   * @throws IOException if the file cannot be read
   */
  public TreeMap<Long, EvaluationResult> read() throws IOException {
    TreeMap<Long, EvaluationResult> results = new TreeMap<>();
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    for (String line : lines) {
      try {
        EvaluationResult result = FiniteJson.read(line, EvaluationResult.class);
        results.put(result.step(), result);
      } catch (JsonProcessingException _) {
        continue; // truncated by a crash: the resumed run has repeated the evaluation
      }
    }
    return results;
  }
}
