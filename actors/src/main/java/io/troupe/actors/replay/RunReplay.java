package io.troupe.actors.replay;

import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.actors.grpo.PolicyTrainer;
import io.troupe.actors.run.RunDirectory;
import io.troupe.log.disk.FileDisk;
import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.store.LogReader;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.RunConfig;
import io.troupe.tensor.Tensor;
import io.troupe.training.grpo.GrpoTrainer;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.state.WeightChecksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a run from its directory and its log, on one thread, whatever number of machines took
 * part. Needs the model and the data of the configuration, and the model at the start of the run;
 * if the log no longer has the first steps, it starts from the newest checkpoint. Changes nothing,
 * and works while the run goes on: then it ends at the last step in the log.
 */
public final class RunReplay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunReplay.class);

  private final Path directory;
  private final GrpoInputs inputs;
  private final ReplayScope scope;
  private final LoggedSteps log;
  private final GrpoTrainer trainer;
  private final Optimizer optimizer;
  private final RecentWeights weights;
  private final GroupReplay groups;
  private final Deque<AutoCloseable> resources;
  private final Set<Long> trainedGroups = new HashSet<>();
  private ReplayTotal total = ReplayTotal.NONE;

  private RunReplay(
      Path directory, GrpoInputs inputs, ReplayScope scope, Deque<AutoCloseable> resources)
      throws IOException {
    this.directory = directory;
    this.inputs = inputs;
    this.scope = scope;
    this.resources = resources;
    RunConfig config = inputs.config();
    this.log = open(new LoggedSteps(LogReader.open(FileDisk.of(RunDirectory.log(directory)))));
    try (CausalLM start =
        PretrainedModel.load(RunDirectory.startModel(directory), inputs.engine())) {
      start.copyTo(inputs.policy());
    }
    PolicyTrainer trained = open(new PolicyTrainer(inputs, RunDirectory.startModel(directory)));
    this.trainer = trained.trainer();
    this.optimizer = trained.optimizer();
    long firstVersion = restoreIfPurged(trained);
    this.weights =
        open(
            new RecentWeights(
                inputs.policy(), inputs.engine(), config.maxStaleness(), firstVersion));
    this.groups = scope == ReplayScope.ALL ? open(new GroupReplay(inputs, weights)) : null;
  }

  /** If the log no longer has the first steps, continues from the newest checkpoint. */
  private long restoreIfPurged(PolicyTrainer trained) throws IOException {
    OptionalLong first = log.peek();
    if (first.isPresent() && first.getAsLong() > 1) {
      long step = trained.restoreNewest(RunDirectory.checkpoints(directory), LOG::warn);
      log.skipTo(step);
    }
    return trainer.policyVersion();
  }

  private <T extends AutoCloseable> T open(T resource) {
    resources.push(resource);
    return resource;
  }

  /**
   * Loads the inputs of a run.
   *
   * @throws IllegalArgumentException with a one-line message, if the run has no log, or its inputs
   *     cannot be used; see {@link GrpoInputs#load}
   * @throws IOException if the log cannot be read
   */
  public static RunReplay open(Path directory, ReplayScope scope) throws IOException {
    if (!Files.isDirectory(RunDirectory.log(directory))) {
      throw new IllegalArgumentException(
          "%s must contain the log of a run, got no directory %s"
              .formatted(directory, RunDirectory.log(directory).getFileName()));
    }
    Deque<AutoCloseable> resources = new ArrayDeque<>();
    try {
      GrpoInputs inputs =
          GrpoInputs.load(RunConfig.from(RunDirectory.configOf(directory).config()));
      resources.push(inputs);
      return new RunReplay(directory, inputs, scope, resources);
    } catch (IOException | RuntimeException | Error e) {
      closeAll(resources);
      throw e;
    }
  }

  /** Number of steps of the run, by its configuration. */
  public long steps() {
    return inputs.config().steps();
  }

  /**
   * Repeats steps until the end of the log, or the first difference.
   *
   * @param maxSteps maximum number of steps
   * @throws IOException if the log cannot be read; {@link io.troupe.log.store.LogDamagedException}
   *     names file and offset
   * @throws io.troupe.log.codec.CodecException if a record cannot be decoded
   */
  public ReplayResult run(long maxSteps, ReplayProgress progress) throws IOException {
    while (total.steps() < maxSteps) {
      Optional<LoggedStep> next = log.next();
      if (next.isEmpty()) {
        break;
      }
      Optional<Difference> difference = replay(next.get());
      if (difference.isPresent()) {
        return new ReplayResult(total, difference);
      }
      progress.onStep(total);
    }
    return new ReplayResult(total, Optional.empty());
  }

  private Optional<Difference> replay(LoggedStep logged) throws IOException {
    Batch batch = logged.batch();
    Optional<Difference> order = checkOrder(batch);
    if (order.isPresent()) {
      return order;
    }
    if (groups != null) {
      Optional<Difference> difference = groups.firstDifference(batch);
      if (difference.isPresent()) {
        return difference;
      }
    }
    long checksum = train(batch);
    if (logged.committed().isPresent() && logged.committed().get().checksum() != checksum) {
      return Optional.of(
          new Difference.OfWeights(
              batch.step(),
              logged.committed().get().checksum(),
              checksum,
              differingTensors(batch.step())));
    }
    count(batch, logged.committed().isPresent());
    return Optional.empty();
  }

  private Optional<Difference> checkOrder(Batch batch) {
    long step = trainer.policyVersion() + 1;
    if (batch.step() != step) {
      return Optional.of(
          new Difference.OfLog(
              step,
              "the log must continue with step %d, got step %d".formatted(step, batch.step())));
    }
    for (LoggedGroup group : batch.groups()) {
      if (!trainedGroups.add(group.groupId())) {
        return Optional.of(
            new Difference.OfLog(step, "group %d is trained twice".formatted(group.groupId())));
      }
    }
    return Optional.empty();
  }

  /** Trains a step; returns the checksum of the weights. */
  private long train(Batch batch) {
    inputs.policy().releasePackedCopies();
    weights.beforeStep();
    trainer.step(batch.groups().stream().map(LoggedGroup::group).toList());
    optimizer.zeroGrad(); // sampling may use the memory of the gradients
    weights.afterStep(trainer.policyVersion());
    return WeightChecksum.of(inputs.policy().namedParameters().values());
  }

  private void count(Batch batch, boolean committed) {
    long samples = 0;
    long tokens = 0;
    if (scope == ReplayScope.ALL) {
      for (LoggedGroup group : batch.groups()) {
        for (var completion : group.group().group().completions()) {
          samples++;
          tokens += completion.tokenIds().length;
        }
      }
    }
    total =
        new ReplayTotal(
            batch.step(),
            total.steps() + 1,
            total.committed() + (committed ? 1 : 0),
            total.groups() + batch.groups().size(),
            total.samples() + samples,
            total.tokens() + tokens,
            groups == null ? 0 : groups.timeouts(),
            groups == null ? 0 : groups.tooOld());
  }

  /** Compares the weights with the checkpoint of a step, if there is one. */
  private List<String> differingTensors(long step) {
    Path checkpoint = RunDirectory.checkpoint(directory, step);
    if (!Files.isDirectory(checkpoint)) {
      return List.of();
    }
    List<String> differing = new ArrayList<>();
    try (CausalLM recorded = PretrainedModel.load(checkpoint, inputs.engine())) {
      Map<String, Tensor> computed = inputs.policy().namedParameters();
      recorded
          .namedParameters()
          .forEach(
              (name, tensor) -> {
                if (tensor.segment().mismatch(computed.get(name).segment()) >= 0) {
                  differing.add(name);
                }
              });
    }
    return differing;
  }

  private static void closeAll(Deque<AutoCloseable> resources) {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }

  @Override
  public void close() {
    closeAll(resources);
  }
}
