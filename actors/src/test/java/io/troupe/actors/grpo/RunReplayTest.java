package io.troupe.actors.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.replay.Difference;
import io.troupe.actors.replay.ReplayResult;
import io.troupe.actors.replay.ReplayScope;
import io.troupe.actors.replay.RunReplay;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.log.disk.FileDisk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogReader;
import io.troupe.log.store.LogSettings;
import io.troupe.log.store.SegmentedLog;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Local runs whose batches are logged, and their replays. */
@Timeout(300)
class RunReplayTest {
  private static final LogSettings LOG = LogSettings.of("run-1");

  @TempDir Path temp;

  /** Trains with a log; returns the run directory. */
  private Path run(String... settings) throws IOException {
    RunConfig config = TinyTask.write(temp.resolve("task")).config(settings);
    Path folder = temp.resolve("run");
    try (GrpoInputs inputs = GrpoInputs.load(config);
        RunDirectory directory = RunDirectory.create(folder, config.render());
        SegmentedLog log = open(folder)) {
      LogRecord started = new LogRecord.RunStarted("run-1", "fingerprint", "test");
      log.append(1, RecordCodec.type(started), RecordCodec.encode(started));
      WorkDecorators decorators =
          new WorkDecorators(
              UnaryOperator.identity(),
              training -> new LoggedTraining(training, log, inputs),
              UnaryOperator.identity());
      Run.train(new GrpoAlgorithm(inputs, decorators), directory, _ -> {});
    }
    return folder;
  }

  private static ReplayResult replay(Path folder, ReplayScope scope) throws IOException {
    try (RunReplay replay = RunReplay.open(folder, scope)) {
      return replay.run(Long.MAX_VALUE, _ -> {});
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "warm-start.steps = 3",
        "max-staleness = 2, steps = 12, rollout.num-actors = 2",
        "grpo { beta = 0.1, num-iterations = 2, gradient-shards = 3 }",
      })
  void replaysAreIdentical(String settings) throws IOException {
    Path folder = run(settings);
    ReplayResult result = replay(folder, ReplayScope.ALL);
    assertThat(result.difference()).isEmpty();
    assertThat(result.total().committed()).isEqualTo(result.total().steps());
    assertThat(result.total().steps()).isIn(4L, 12L);
    assertThat(result.total().samples()).isEqualTo(result.total().groups() * 4);
    assertThat(replay(folder, ReplayScope.TRAINING).difference()).isEmpty();
  }

  @Test
  void changedRecordsAreNamed() throws IOException {
    Path folder = run("steps = 3");
    List<LogRecord> records = read(folder);

    write(folder, records, 1, c -> with(c, c.tokenIds()[0] ^ 1, c.logProbs()[0]), s -> s);
    assertThat(difference(folder)).contains("step 2", "sample 1, token 0: token is");

    write(folder, records, 1, c -> with(c, c.tokenIds()[0], Math.nextUp(c.logProbs()[0])), s -> s);
    assertThat(difference(folder)).contains("step 2", "sample 1, token 0: log-probability is");
    assertThat(replay(folder, ReplayScope.TRAINING).difference())
        .as("on-policy training uses its own log-probabilities")
        .isEmpty();

    write(folder, records, 1, c -> c, _ -> new Score.Scored(0.123, java.util.Map.of()));
    assertThat(difference(folder)).contains("step 2", "sample 1: reward is 0.123");
    assertThat(replay(folder, ReplayScope.TRAINING).difference())
        .hasValueSatisfying(
            found ->
                assertThat(found)
                    .isInstanceOfSatisfying(
                        Difference.OfWeights.class,
                        weights -> assertThat(weights.tensors()).isNotEmpty()));

    write(folder, records, 1, c -> c, s -> s);
    assertThat(replay(folder, ReplayScope.ALL).difference()).isEmpty();
  }

  @Test
  void aPurgedLogIsReplayedFromTheNewestCheckpoint() throws IOException {
    Path folder = run("steps = 6, save-steps = 4, max-staleness = 2");
    deleteFolder(RunDirectory.checkpoint(folder, 6));
    List<LogRecord> records = read(folder);
    deleteFiles(RunDirectory.log(folder));
    try (SegmentedLog log = open(folder)) {
      log.startAt(7, 1);
      for (LogRecord record : records.subList(7, records.size())) { // from the batch of step 4 on
        log.append(1, RecordCodec.type(record), RecordCodec.encode(record));
      }
      log.force();
    }
    ReplayResult result = replay(folder, ReplayScope.ALL);
    assertThat(result.difference()).isEmpty();
    assertThat(result.total().step()).isEqualTo(6);
    assertThat(result.total().steps()).isEqualTo(2);
    assertThat(result.total().committed()).isEqualTo(2);
  }

  private static void deleteFolder(Path folder) throws IOException {
    deleteFiles(folder);
    Files.delete(folder);
  }

  private static void deleteFiles(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.delete(file);
      }
    }
  }

  private static SegmentedLog open(Path folder) throws IOException {
    return SegmentedLog.open(FileDisk.create(RunDirectory.log(folder)), LOG);
  }

  private static String difference(Path folder) throws IOException {
    Difference found = replay(folder, ReplayScope.ALL).difference().orElseThrow();
    return "step " + found.step() + ", " + found.describe();
  }

  @Test
  void aRunWithoutALogIsRejected() throws IOException {
    assertThatThrownBy(() -> RunReplay.open(temp, ReplayScope.ALL))
        .hasMessageContaining("must contain the log of a run");
  }

  private static List<LogRecord> read(Path folder) throws IOException {
    try (LogReader reader = LogReader.open(FileDisk.of(RunDirectory.log(folder)))) {
      List<LogRecord> records = new ArrayList<>();
      for (LogEntry entry : reader.read(Long.MAX_VALUE)) {
        records.add(RecordCodec.decode(entry));
      }
      return records;
    }
  }

  /** Writes the log again, with changes of sample 1 of the last group of step 2. */
  private static void write(
      Path folder,
      List<LogRecord> records,
      int sample,
      UnaryOperator<Completion> changeSample,
      UnaryOperator<Score> changeScore)
      throws IOException {
    deleteFiles(RunDirectory.log(folder));
    try (SegmentedLog log = open(folder)) {
      for (LogRecord record : records) {
        LogRecord written =
            record instanceof LogRecord.Batch batch && batch.step() == 2
                ? change(batch, sample, changeSample, changeScore)
                : record;
        log.append(1, RecordCodec.type(written), RecordCodec.encode(written));
      }
      log.force();
    }
  }

  private static LogRecord.Batch change(
      LogRecord.Batch batch,
      int sample,
      UnaryOperator<Completion> changeSample,
      UnaryOperator<Score> changeScore) {
    List<LoggedGroup> groups = new ArrayList<>(batch.groups());
    LoggedGroup last = groups.removeLast();
    List<Completion> samples = new ArrayList<>(last.group().group().completions());
    samples.set(sample, changeSample.apply(samples.get(sample)));
    List<Score> scores = new ArrayList<>(last.group().scores());
    scores.set(sample, changeScore.apply(scores.get(sample)));
    var sampled = new io.troupe.protocols.sample.SampledGroup(last.group().group().spec(), samples);
    groups.add(
        new LoggedGroup(new ScoredGroup(sampled, scores), 1, "rollout-1", "reward-1", 0, 0, 0));
    return new LogRecord.Batch(batch.step(), groups);
  }

  private static Completion with(Completion c, int token, float logProb) {
    int[] tokens = c.tokenIds().clone();
    float[] logProbs = c.logProbs().clone();
    tokens[0] = token;
    logProbs[0] = logProb;
    return new Completion(
        c.sampleIndex(), tokens, logProbs, c.policyVersions(), c.text(), c.finishReason());
  }
}
