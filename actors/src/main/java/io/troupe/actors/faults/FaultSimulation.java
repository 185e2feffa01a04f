package io.troupe.actors.faults;

import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.faults.SeedResult.Violation;
import io.troupe.actors.faults.check.Checks;
import io.troupe.actors.faults.check.Invariant;
import io.troupe.actors.faults.check.RunHistory;
import io.troupe.actors.faults.check.ViolationException;
import io.troupe.actors.faults.cluster.CorePrograms;
import io.troupe.actors.faults.cluster.Decorations;
import io.troupe.actors.faults.cluster.FaultInjector;
import io.troupe.actors.faults.cluster.SimulatedCluster;
import io.troupe.actors.faults.cluster.SimulatedHost;
import io.troupe.actors.faults.cluster.UnexpectedFailureException;
import io.troupe.actors.faults.plan.Fault;
import io.troupe.actors.faults.plan.FaultPlan;
import io.troupe.actors.faults.plan.Scenario;
import io.troupe.actors.faults.work.HashLearner;
import io.troupe.actors.faults.work.LearnerModel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The simulation of one seed: a cluster that trains a whole run while faults are injected. Every
 * law of {@link Invariant} is checked on the way, and at the end.
 */
public final class FaultSimulation {
  /** Short ones, so that each deadline ends a wait in many seeds. */
  private static final ClusterDeadlines SHORT_DEADLINES =
      new ClusterDeadlines(
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          Duration.ofMillis(750),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(8),
          Duration.ofMillis(1500),
          Duration.ofSeconds(9),
          Duration.ofSeconds(3),
          Duration.ofMillis(200),
          Duration.ofMillis(1500),
          Duration.ofMinutes(10));

  private static final Duration COMPLETION = Duration.ofSeconds(90);
  private static final Duration PER_STEP = Duration.ofSeconds(4);
  private static final int EVENTS_PER_CHECK = 256;
  private static final int MAX_IN_FLIGHT = 100_000;
  private static final int MAX_STACK_LINES = 12;
  private static final int TRACE_LINES = 400;

  private final Scenario scenario;
  private final FaultPlan plan;
  private final LearnerModel.Factory models;
  private final SimulatedCluster cluster;
  private final RunHistory history;
  private final CorePrograms programs;
  private long progressNs; // time of the newest batch
  private long longestPauseNs;
  private int numBatchesSeen;

  private FaultSimulation(
      Scenario scenario,
      FaultPlan plan,
      ClusterDeadlines deadlines,
      LearnerModel.Factory models,
      Decorations decorations,
      int traceLines) {
    this.scenario = scenario;
    this.plan = plan;
    this.models = models;
    Checks checks = new Checks();
    history = new RunHistory(scenario, checks, models.create(scenario));
    programs = new CorePrograms(scenario, deadlines, history, models, decorations);
    cluster = new SimulatedCluster(scenario, programs, checks, traceLines);
  }

  /**
   * Simulates a seed.
   *
   * @param traceLines number of events to keep for a reader
   */
  public static SeedResult simulate(long seed, int traceLines) {
    return simulate(seed, traceLines, Decorations.NONE);
  }

  /**
   * Simulates a seed.
   *
   * @param traceLines number of events to keep for a reader
   * @param decorations change the nodes
   */
  public static SeedResult simulate(long seed, int traceLines, Decorations decorations) {
    Scenario scenario = Scenario.of(seed);
    return new FaultSimulation(
            scenario,
            FaultPlan.of(scenario),
            SHORT_DEADLINES,
            HashLearner::new,
            decorations,
            traceLines)
        .run();
  }

  /**
   * Simulates a seed with models of learners.
   *
   * @param models creates the models of learners
   */
  public static SeedResult simulate(long seed, LearnerModel.Factory models) {
    Scenario scenario = Scenario.of(seed);
    return new FaultSimulation(
            scenario, FaultPlan.of(scenario), SHORT_DEADLINES, models, Decorations.NONE, 0)
        .run();
  }

  /** Simulates a run without faults, of any size. */
  public static SeedResult undisturbed(Scenario scenario) {
    return simulate(scenario, FaultPlan.none(), SHORT_DEADLINES);
  }

  /** Simulates a run of any size with the faults of a plan. */
  public static SeedResult simulate(Scenario scenario, FaultPlan plan, ClusterDeadlines deadlines) {
    return new FaultSimulation(
            scenario, plan, deadlines, HashLearner::new, Decorations.NONE, TRACE_LINES)
        .run();
  }

  private SeedResult run() {
    try {
      complete();
      compareWithUndisturbedRun();
      return result(Optional.empty(), List.of());
    } catch (ViolationException e) {
      return result(Optional.of(new Violation(e.invariant(), e.getMessage())), List.of());
    } catch (UnexpectedFailureException e) {
      return result(
          Optional.of(new Violation(Invariant.NO_FAILURE, e.getMessage())), stack(e.getCause()));
    }
  }

  private static List<String> stack(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString().lines().limit(MAX_STACK_LINES).toList();
  }

  private SeedResult result(Optional<Violation> violation, List<String> stack) {
    List<String> trace = new ArrayList<>(cluster.trace().lines());
    trace.addAll(stack);
    return new SeedResult(
        scenario.seed(),
        violation,
        cluster.trace().hash(),
        trace,
        cluster.witnesses(),
        cluster.checks(),
        Duration.ofNanos(cluster.timeline().nowNs()),
        cluster.timeline().numRun(),
        history.groupsTrained(),
        Duration.ofNanos(longestPauseNs),
        cluster.longestQueue());
  }

  private void complete() {
    cluster.start();
    new FaultInjector(cluster, programs).inject(plan);
    Duration deadline = plan.end().plus(COMPLETION).plus(PER_STEP.multipliedBy(scenario.steps()));
    long eventsPerCheck = Math.max(EVENTS_PER_CHECK, 16L * cluster.hosts().size());
    while (!isComplete() && cluster.timeline().runNext(deadline.toNanos())) {
      observeProgress();
      if (cluster.timeline().numRun() % eventsPerCheck == 0) {
        checkBuffers();
      }
    }
    checkBuffers();
    cluster.countOldEpochs();
    cluster
        .checks()
        .require(
            Invariant.COMPLETION,
            programs.isEnded(),
            "the run has trained %d of %d steps %s after the start, %s after the last fault",
            history.numBatches(),
            scenario.steps(),
            deadline,
            deadline.minus(plan.end()));
    cluster
        .checks()
        .require(
            Invariant.COMPLETION,
            programs.failure().isEmpty(),
            "the coordinator ended the run: %s",
            programs.failure());
    history.requireComplete();
    requireFinalModel();
  }

  private void observeProgress() {
    long nowNs = cluster.timeline().nowNs();
    if (history.numBatches() > numBatchesSeen || isComplete()) {
      if (numBatchesSeen > 0) {
        longestPauseNs = Math.max(longestPauseNs, nowNs - progressNs);
      }
      numBatchesSeen = history.numBatches();
      progressNs = nowNs;
    }
  }

  private boolean isComplete() {
    return programs.isEnded();
  }

  private void checkBuffers() {
    cluster.checkQueues();
    cluster
        .checks()
        .require(
            Invariant.BOUNDED_BUFFERS,
            cluster.network().maxInFlight() <= MAX_IN_FLIGHT,
            "%d messages were in flight",
            cluster.network().maxInFlight());
  }

  private void requireFinalModel() {
    boolean found = false;
    for (String learner : scenario.learners()) {
      SimulatedHost host = cluster.host(learner);
      if (host.files().hasFinalModel()) {
        found = true;
        cluster
            .checks()
            .require(
                Invariant.SAME_WEIGHTS,
                host.files().finalWeights() == history.weights(scenario.steps()),
                "the final weights of %s do not follow from the log",
                learner);
      }
    }
    cluster.checks().require(Invariant.COMPLETION, found, "no learner has saved the final model");
  }

  /**
   * With max-staleness 0 the weights are those of one learner, unless content was lost for ever.
   */
  private void compareWithUndisturbedRun() {
    if (plan.faults().isEmpty()
        || scenario.maxStaleness() > 0
        || plan.faults().stream().anyMatch(this::changesContent)) {
      return;
    }
    FaultSimulation undisturbed =
        new FaultSimulation(
            scenario.onFewestNodes(),
            FaultPlan.none(),
            SHORT_DEADLINES,
            models,
            Decorations.NONE,
            0);
    undisturbed.complete();
    cluster
        .checks()
        .require(
            Invariant.SAME_WEIGHTS,
            history.weights(scenario.steps()) == undisturbed.history.weights(scenario.steps()),
            "the final weights differ from those of an undisturbed run");
  }

  private boolean changesContent(FaultPlan.PlannedFault planned) {
    return planned.fault() instanceof Fault.BadRewards
        || planned.fault() instanceof Fault.FailingDecoding;
  }
}
