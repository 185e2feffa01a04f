package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.learner.TrainingWork.Position;
import io.troupe.actors.cluster.learner.TrainingWork.Result;
import io.troupe.actors.cluster.link.CoordinatorLink;
import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.RequestState;
import io.troupe.actors.cluster.protocol.ControlMessage.StepCommitted;
import io.troupe.actors.cluster.protocol.ControlMessage.StepTrained;
import io.troupe.actors.cluster.protocol.ControlMessage.TrainingFailed;
import io.troupe.actors.cluster.protocol.ControlMessage.View;
import io.troupe.actors.cluster.protocol.ControlMessage.Welcome;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.protocol.Rejections;
import io.troupe.log.codec.CodecException;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LogRecord.Checkpointed;
import io.troupe.log.record.LogRecord.Committed;
import io.troupe.log.record.LogRecord.Dropped;
import io.troupe.log.record.LogRecord.Epoch;
import io.troupe.log.record.LogRecord.RunStarted;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The state of a learner, and its progress from record to record. */
final class LearnerSteps implements GradientExchange.Listener {
  /** The work in progress. FETCHING: the learner waits for the state of a peer. */
  private enum Phase {
    RESTORING,
    FETCHING,
    IDLE,
    TRAINING,
    RECORDING,
    FAILED
  }

  private final NodeId self;
  private final LearnerSettings settings;
  private final TrainingWork work;
  private final LearnerEvents events;
  private final CoordinatorLink link;
  private final LogFollower log;
  private final WeightStore weights;
  private final Rejections rejections;
  private final GradientExchange exchange;
  private final StateFetch fetch;
  private final PrimaryRecords files;
  private final StateRequests stateRequests;
  private Runnable onRestored = () -> {};
  private Phase phase = Phase.RESTORING;
  private String failure = "";
  private boolean isStopped;
  private long step = -1;
  private long checksum;
  private int iteration;
  private int generation; // grows with each restored state
  private long trainedStep = -1; // the last one that was trained, not restored
  private Welcome welcome;
  private View view;
  private long committedStep;
  private boolean hasGivenUp; // on the states of peers, until the next view

  LearnerSteps(
      NodeId self,
      LearnerSettings settings,
      Environment environment,
      TrainingWork work,
      LearnerEvents events,
      CoordinatorLink link,
      LogFollower log,
      WeightStore weights,
      Rejections rejections) {
    this.self = self;
    this.settings = settings;
    this.work = work;
    this.events = events;
    this.link = link;
    this.log = log;
    this.weights = weights;
    this.rejections = rejections;
    this.exchange = new GradientExchange(self, environment, work, settings, rejections, this);
    this.stateRequests = new StateRequests(environment);
    this.files = new PrimaryRecords(self, work, link, log);
    this.fetch =
        new StateFetch(self, environment, link, settings.deadlines().state(), this::stateNotFound);
  }

  long step() {
    return step;
  }

  long checksum() {
    return checksum;
  }

  String failure() {
    return failure;
  }

  long numComputedForOthers() {
    return exchange.numComputedForOthers();
  }

  void stop() {
    isStopped = true;
    fetch.stop();
    exchange.abort();
  }

  /** Continues with a result, or fails; nothing after a stop or another restored state. */
  private <T> Consumer<Outcome<T>> after(Consumer<T> next) {
    int begun = generation;
    return outcome -> {
      if (isStopped || begun != generation || phase == Phase.FAILED) {
        return;
      }
      switch (outcome) {
        case Outcome.Done<T>(T value) -> next.accept(value);
        case Outcome.Failed<T>(String reason) -> fail(reason);
      }
    };
  }

  private void fail(String reason) {
    phase = Phase.FAILED;
    failure = reason;
    exchange.abort();
    link.send(new TrainingFailed(link.epoch(), self, Math.max(0, step), reason));
    events.onFailed(reason);
  }

  // ---- state ---------------------------------------------------------------------------------

  /**
   * Loads the newest checkpoint.
   *
   * @param listener is called when the learner has a state, also later when it has another one
   */
  void start(Runnable listener) {
    onRestored = listener;
    phase = Phase.RESTORING;
    generation++;
    work.restore(after(this::restored));
  }

  private void restored(Position position) {
    step = position.step();
    checksum = position.checksum();
    trainedStep = -1;
    log.moveTo(position.nextRecord());
    exchange.expect(step + 1);
    phase = Phase.IDLE;
    copyWeights();
    onRestored.run();
    advance();
  }

  private void copyWeights() {
    weights.copying(step);
    work.weights(after((WeightsVersion version) -> weights.copied(version)));
  }

  /** Whether another learner's state is needed; begins to fetch it if there is one. */
  private boolean needsState() {
    if (welcome == null || view == null) {
      return false;
    }
    boolean isPurged = log.next() < welcome.firstRecord();
    boolean isBehind =
        welcome.step() - step > settings.maxLag() && !hasGivenUp && !self.equals(view.primary());
    if (!isPurged && !isBehind) {
      return false;
    }
    List<NodeId> peers = peers();
    if (!peers.isEmpty()) {
      phase = Phase.FETCHING;
      fetch.start(peers);
      return true;
    }
    return isPurged; // there is nothing to train from
  }

  /** The other learners that have the newest state. */
  private List<NodeId> peers() {
    return view.learners().stream().filter(learner -> !learner.equals(self)).toList();
  }

  private void stateNotFound() {
    events.onWarning("no learner has sent its state; the log is trained instead");
    hasGivenUp = true;
    phase = Phase.IDLE;
    advance();
  }

  void onState(TrainingState state) {
    boolean isUseful = state.step() > step || log.next() < state.nextRecord();
    if (phase != Phase.FETCHING || !isUseful) {
      rejections.count(Rejection.NOT_EXPECTED);
      return;
    }
    fetch.stop();
    phase = Phase.RESTORING;
    generation++;
    work.restore(state, after(this::restored));
  }

  /** A peer needs the state of this learner. */
  void onRequest(RequestState request) {
    if (step >= 0 && phase != Phase.FAILED && stateRequests.add(request.node())) {
      advance();
    } else {
      rejections.count(Rejection.NOT_EXPECTED);
    }
  }

  private void sendState() {
    List<NodeId> receivers = stateRequests.take();
    if (!receivers.isEmpty()) {
      work.snapshot(log.next(), after(state -> stateRequests.send(receivers, state)));
    }
  }

  // ---- the coordinator -----------------------------------------------------------------------

  void onWelcome(Welcome newWelcome) {
    welcome = newWelcome;
    committedStep = Math.max(committedStep, newWelcome.step());
    advance();
  }

  void onView(View newView) {
    boolean isNew = view == null || !view.learners().equals(newView.learners());
    view = newView;
    hasGivenUp &= !isNew;
    fetch.onLearners(peers());
    exchange.onView(newView);
    advance();
  }

  void onCommitted(StepCommitted committed) {
    committedStep = Math.max(committedStep, committed.step());
    files.onCommitted(committed);
  }

  void onFinish(long lastStep) {
    files.onFinish(lastStep);
    advance();
  }

  void onGradient(ShardGradient gradient) {
    exchange.onGradient(gradient);
  }

  // ---- records -------------------------------------------------------------------------------

  /** Goes on to the next record, if nothing is in progress. */
  void advance() {
    while (phase == Phase.IDLE && !isStopped) {
      sendState();
      if (needsState()) {
        return;
      }
      Optional<LogEntry> next = log.peek();
      if (next.isEmpty()) {
        finishIfDue();
        return;
      }
      apply(next.get());
    }
  }

  private void apply(LogEntry entry) {
    LogRecord record;
    try {
      record = RecordCodec.decode(entry);
    } catch (CodecException e) {
      fail("record %d of the log cannot be read: %s".formatted(entry.index(), e.getMessage()));
      return;
    }
    switch (record) {
      case RunStarted _, Epoch _, Dropped _, Checkpointed _ -> log.moveTo(entry.index() + 1);
      case Committed committed -> apply(entry, committed);
      case Batch(long batchStep, List<LoggedGroup> groups) -> {
        if (batchStep <= step) {
          log.moveTo(entry.index() + 1);
        } else if (batchStep == step + 1) {
          train(groups);
        } else {
          fail(
              "record %d must be the batch of step %d, got step %d"
                  .formatted(entry.index(), step + 1, batchStep));
        }
      }
    }
  }

  private void apply(LogEntry entry, Committed committed) {
    if (committed.step() == step && committed.checksum() != checksum) {
      fail(
          "weights after step %d must have the checksum %016x of the log, got %016x"
              .formatted(step, committed.checksum(), checksum));
      return;
    }
    log.moveTo(entry.index() + 1);
    files.committed(committed.step());
    if (committed.step() == trainedStep && isPrimary()) {
      phase = Phase.RECORDING;
      files.record(step, after(this::recorded));
    }
  }

  private boolean isPrimary() {
    return view != null && self.equals(view.primary());
  }

  private void recorded(boolean isSaved) {
    files.recorded(step, isSaved);
    phase = Phase.IDLE;
    advance();
  }

  // ---- a step --------------------------------------------------------------------------------

  private void train(List<LoggedGroup> groups) {
    phase = Phase.TRAINING;
    iteration = 0;
    work.begin(step + 1, groups.stream().map(LoggedGroup::group).toList());
    beginIteration();
  }

  @Override
  public void onComplete() {
    work.update(after(_ -> updated()));
  }

  @Override
  public void onFailed(String reason) {
    fail(reason);
  }

  private void beginIteration() {
    exchange.begin(step + 1, iteration, checksum, committedStep > step);
  }

  private void updated() {
    iteration++;
    if (iteration < work.numIterations()) {
      beginIteration();
    } else {
      work.finish(after(this::trained));
    }
  }

  private void trained(Result result) {
    step++;
    trainedStep = step;
    checksum = result.checksum();
    log.moveTo(log.next() + 1);
    exchange.expect(step + 1);
    copyWeights();
    link.send(
        new StepTrained(
            link.epoch(),
            self,
            step,
            checksum,
            log.next(),
            result.samplesTrained(),
            result.metrics()));
    events.onTrained(step, checksum, result.metrics());
    phase = Phase.IDLE;
    advance();
  }

  // ---- the end -------------------------------------------------------------------------------

  private void finishIfDue() {
    if (isPrimary() && files.isEndDue(step, trainedStep)) {
      phase = Phase.RECORDING;
      files.end(step, after(this::ended));
    }
  }

  private void ended(Map<String, Double> summary) {
    files.ended(step, summary);
    phase = Phase.IDLE;
    advance();
  }
}
