package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.run.RunDirectory;
import io.troupe.data.json.FiniteJson;
import io.troupe.log.disk.FileDisk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogReader;
import io.troupe.log.store.SegmentedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code troupe log} and {@code troupe replay}. */
class LogAndReplayTest {
  @TempDir private static Path temporary;
  private static Path run;

  @BeforeAll
  static void writeRun() throws IOException {
    run = LoggedRun.write(temporary);
  }

  private static List<String> table(String out) {
    return out.lines().map(line -> line.strip().replaceAll(" {2,}", " | ")).toList();
  }

  @Test
  void logPrintsALinePerGroup() {
    CommandLines.Outcome outcome = troupe("log", run);

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    List<String> lines = table(outcome.out());
    assertThat(lines.getFirst())
        .isEqualTo("group | issued | attempts | sampled by | scored by | reward | result");
    assertThat(lines.get(1)).matches("0 \\| .* \\| 1 \\| rollout-1 \\| reward-1 \\| .* \\| step 1");
    assertThat(lines.get(4)).endsWith("step 2");
    assertThat(lines.get(5)).matches("6 \\| .* \\| 2 \\| rollout-2 \\| - \\| - \\| stale");
    assertThat(lines.get(6)).endsWith("in step 3");
    assertThat(lines.getLast()).isEqualTo("7 groups: 4 trained up to step 2, 1 dropped (stale)");
  }

  @Test
  void logSelectsAStepOrAGroupOfARunThatIsInUse() throws IOException {
    try (RunDirectory _ = RunDirectory.open(run);
        SegmentedLog _ = SegmentedLog.open(FileDisk.of(RunDirectory.log(run)), LoggedRun.LOG)) {
      CommandLines.Outcome step = troupe("log", run, "--step", 2, "--json");
      assertThat(step.err()).isEmpty();
      assertThat(step.out().lines()).hasSize(2).allMatch(line -> line.contains("\"step\":2"));
      CommandLines.Outcome group = troupe("log", run, "--group", 6, "--json");
      assertThat(group.out().strip())
          .isEqualTo(
              "{\"group\":6,\"issued\":\"2023-11-14T22:13:20Z\",\"attempts\":2,"
                  + "\"sampled_by\":\"rollout-2\",\"sampled\":null,\"scored_by\":\"\","
                  + "\"scored\":null,\"num_samples\":0,\"num_tokens\":24,\"policy_version\":-1,"
                  + "\"reward\":null,\"unscorable\":{},\"outcome\":\"dropped\",\"step\":null,"
                  + "\"reason\":\"stale\"}");
    }
  }

  @Test
  void replayOfAnUnchangedLogIsIdentical() throws IOException {
    CommandLines.Outcome outcome = troupe("replay", run);

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .startsWith("identical: 3 steps, 6 groups, 24 samples, ")
        .contains("1 steps have no checksum in the log yet");
    assertThat(outcome.status()).isZero();

    CommandLines.Outcome training = troupe("replay", run, "--no-sampling", "--steps", 2, "--json");
    List<String> lines = training.out().lines().toList();
    assertThat(lines).hasSize(3);
    JsonNode result = FiniteJson.read(lines.getLast(), JsonNode.class);
    assertThat(result.path("identical").asBoolean()).isTrue();
    assertThat(result.path("steps").asInt()).isEqualTo(2);
  }

  @Test
  void replayNamesTheFirstDifference(@TempDir Path other) throws IOException {
    Path copy = LoggedRun.write(other);
    change(copy);

    CommandLines.Outcome outcome = troupe("replay", copy);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("step 2: group 3, sample 1, token 0: log-probability is ")
        .contains("1 steps, 2 groups, 8 samples, ");
    CommandLines.Outcome json = troupe("replay", copy, "--json");
    JsonNode result = FiniteJson.read(json.out().lines().toList().getLast(), JsonNode.class);
    assertThat(result.path("identical").asBoolean()).isFalse();
    assertThat(result.path("different_step").asInt()).isEqualTo(2);
  }

  /** Changes a log-probability in step 2 by one bit. */
  private static void change(Path directory) throws IOException {
    Path log = RunDirectory.log(directory);
    List<LogRecord> records = new ArrayList<>();
    try (LogReader reader = LogReader.open(FileDisk.of(log))) {
      for (LogEntry entry : reader.read(Long.MAX_VALUE)) {
        records.add(RecordCodec.decode(entry));
      }
    }
    try (var files = Files.list(log)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.delete(file);
      }
    }
    try (SegmentedLog rewritten = SegmentedLog.open(FileDisk.create(log), LoggedRun.LOG)) {
      for (LogRecord record : records) {
        if (record instanceof LogRecord.Batch(long step, List<LoggedGroup> groups) && step == 2) {
          float[] logProbs = groups.getLast().group().group().completions().get(1).logProbs();
          logProbs[0] = Math.nextUp(logProbs[0]);
        }
        LoggedRun.append(rewritten, record);
      }
      rewritten.force();
    }
  }

  @Test
  void aDirectoryWithoutALogIsAMistake() {
    troupe("log", temporary).isFailure(1, "must contain the log of a clustered run");
    troupe("replay", temporary).isFailure(1, "must contain the log of a run");
    troupe("replay", run, "--steps", 0).isFailure(2, "--steps must be >= 1, got 0");
  }
}
