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
 * The evaluations of a run, one JSON object a line in {@code evaluations.jsonl}: every held-out
 * answer, to be read, and for the report of a run that was resumed.
 *
 * @param file in the run's folder
 */
public record EvaluationFile(Path file) {
  /** The file of a run. */
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

  /** Whether a crash has cut the last line off. */
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
   * The evaluations by step, the newest where one was repeated; a line that a crash has cut off is
   * left out.
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
        continue; // cut off: the resumed run has evaluated again
      }
    }
    return results;
  }
}
