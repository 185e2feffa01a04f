package io.troupe.deploy;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.actors.grpo.PolicyTrainer;
import io.troupe.actors.run.RunDirectory;
import io.troupe.log.disk.FileDisk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogSettings;
import io.troupe.log.store.SegmentedLog;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.InlineDecoder;
import io.troupe.training.grpo.StepMetrics;
import io.troupe.training.state.WeightChecksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The directory of a clustered run with a log, written without a cluster. */
final class LoggedRun {
  static final LogSettings LOG = LogSettings.of("run-1");
  private static final int GROUPS_PER_STEP = 2;

  private LoggedRun() {}

  /** Samples and trains two steps; the log has a dropped group and a batch that is not trained. */
  static Path write(Path folder) throws IOException {
    Path model = TinyModel.write(folder.resolve("model"));
    Path data = folder.resolve("train.jsonl");
    Files.writeString(
        data,
        """
        {"question": "1+1=", "answer": "2"}
        {"question": "1+2=", "answer": "3"}
        {"question": "2+2=", "answer": "4"}
        """);
    RunConfig config = config(model, data);
    Path run = folder.resolve("run");
    RunDirectory.create(run, config.render()).close();
    try (GrpoInputs inputs = GrpoInputs.load(config);
        SegmentedLog log = SegmentedLog.open(FileDisk.create(RunDirectory.log(run)), LOG)) {
      PretrainedModel.save(inputs.policy(), RunDirectory.startModel(run));
      append(log, new LogRecord.RunStarted("run-1", "fingerprint", "test"));
      append(log, new LogRecord.Epoch("host-1:2551"));
      try (PolicyTrainer trained = new PolicyTrainer(inputs, RunDirectory.startModel(run))) {
        for (int step = 1; step <= 2; step++) {
          LogRecord.Batch batch = batch(inputs, step);
          append(log, batch);
          StepMetrics metrics =
              trained.trainer().step(batch.groups().stream().map(LoggedGroup::group).toList());
          trained.optimizer().zeroGrad();
          long checksum = WeightChecksum.of(inputs.policy().namedParameters().values());
          append(log, new LogRecord.Committed(step, checksum, metrics.samplesTrained()));
        }
        append(
            log,
            new LogRecord.Dropped(6, "stale", 2, "rollout-2", 24, Map.of(), 1_700_000_000_000L));
        append(log, batch(inputs, 3));
      }
      log.force();
    }
    return run;
  }

  private static RunConfig config(Path model, Path data) {
    return RunConfig.from(
        ConfigFactory.parseString(
                """
                model = "%s", data.train = "%s"
                steps = 3, seed = 3, threads = 1, groups-per-step = %d
                rewards = [{ name = length, max = 3 }]
                grpo { num-generations = 4, max-completion-length = 6 }
                optimizer { learning-rate = 1e-3 }
                """
                    .formatted(model, data, GROUPS_PER_STEP))
            .withFallback(ConfigFactory.defaultReference().getConfig("troupe"))
            .resolve());
  }

  private static LogRecord.Batch batch(GrpoInputs inputs, int step) {
    List<LoggedGroup> groups = new ArrayList<>();
    for (int i = 0; i < GROUPS_PER_STEP; i++) {
      long groupId = (step - 1L) * GROUPS_PER_STEP + i;
      SampledGroup sampled = sample(inputs, inputs.groups().apply(groupId), step - 1);
      List<Score> scores =
          sampled.completions().stream()
              .map(sample -> inputs.rewards().score(sampled.spec().prompt(), sample))
              .toList();
      long issued = 1_700_000_000_000L + 1000 * groupId;
      groups.add(
          new LoggedGroup(
              new ScoredGroup(sampled, scores),
              1,
              "rollout-1",
              "reward-1",
              issued,
              issued + 100,
              issued + 200));
    }
    return new LogRecord.Batch(step, groups);
  }

  private static SampledGroup sample(GrpoInputs inputs, GroupSpec spec, long version) {
    try (InlineDecoder decoder =
        new InlineDecoder(inputs.policy(), inputs.tokenizer(), inputs.decodingLimits())) {
      decoder.service().swapWeights(() -> version);
      var event =
          decoder
              .service()
              .submit(DecodingRequest.forRewards(spec, inputs.config().grpo().generation()))
              .next();
      while (decoder.advance()) {
        // until nothing is left to decode
      }
      return ((RequestCompleted) event.toCompletableFuture().join().orElseThrow()).group();
    } finally {
      inputs.policy().releasePackedCopies();
    }
  }

  static void append(SegmentedLog log, LogRecord record) throws IOException {
    log.append(1, RecordCodec.type(record), RecordCodec.encode(record));
  }
}
