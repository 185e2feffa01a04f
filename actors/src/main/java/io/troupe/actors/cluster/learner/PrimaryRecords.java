package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.link.CoordinatorLink;
import io.troupe.actors.cluster.protocol.ControlMessage.CheckpointSaved;
import io.troupe.actors.cluster.protocol.ControlMessage.Finished;
import io.troupe.actors.cluster.protocol.ControlMessage.StepCommitted;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Outcome;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Writes metrics, checkpoints and the results of the run, while this learner is the primary. */
final class PrimaryRecords {
  private static final int MAX_METRICS = 8;

  private final NodeId self;
  private final TrainingWork work;
  private final CoordinatorLink link;
  private final LogFollower log;
  private final TreeMap<Long, Map<String, Double>> metrics = new TreeMap<>();
  private long committedStep = -1; // the last one whose commit was seen in the log
  private long finishStep = -1;
  private Finished finished; // null until the results are written

  PrimaryRecords(NodeId self, TrainingWork work, CoordinatorLink link, LogFollower log) {
    this.self = self;
    this.work = work;
    this.link = link;
    this.log = log;
  }

  /** Keeps the metrics of the coordinator until the step is recorded. */
  void onCommitted(StepCommitted committed) {
    metrics.put(committed.step(), committed.metrics());
    while (metrics.size() > MAX_METRICS) {
      metrics.pollFirstEntry();
    }
  }

  /** The log says that a step is committed. */
  void committed(long step) {
    committedStep = Math.max(committedStep, step);
  }

  void record(long step, Consumer<Outcome<Boolean>> done) {
    work.record(step, log.next(), metrics.getOrDefault(step, Map.of()), done);
  }

  void recorded(long step, boolean isSaved) {
    if (isSaved) {
      link.send(new CheckpointSaved(link.epoch(), self, step, log.next()));
    }
  }

  /** The coordinator expects the results after a step. */
  void onFinish(long step) {
    finishStep = step;
    if (finished != null && finished.step() == step) {
      link.send(finished);
    }
  }

  /**
   * Whether the results have to be written now.
   *
   * @param trainedStep the last step that this learner has trained, which it records before
   */
  boolean isEndDue(long step, long trainedStep) {
    boolean isRecorded = committedStep >= step || trainedStep != step;
    return finishStep == step && isRecorded && finished == null;
  }

  void end(long step, Consumer<Outcome<Map<String, Double>>> done) {
    work.end(step, log.next(), done);
  }

  void ended(long step, Map<String, Double> summary) {
    finished = new Finished(link.epoch(), self, step, summary);
    link.send(finished);
  }
}
