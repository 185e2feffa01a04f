package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.link.WorkerCore;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.BulkMessage.Records;
import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.ControlMessage.Finish;
import io.troupe.actors.cluster.protocol.ControlMessage.LearnerHello;
import io.troupe.actors.cluster.protocol.ControlMessage.RequestState;
import io.troupe.actors.cluster.protocol.ControlMessage.RequestWeights;
import io.troupe.actors.cluster.protocol.ControlMessage.Shutdown;
import io.troupe.actors.cluster.protocol.ControlMessage.StepCommitted;
import io.troupe.actors.cluster.protocol.ControlMessage.TrainingFailed;
import io.troupe.actors.cluster.protocol.ControlMessage.View;
import io.troupe.actors.cluster.protocol.ControlMessage.Welcome;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import java.util.Optional;

/**
 * A learner: follows the log and trains each batch in order. Every learner reaches the same
 * weights; the {@link GradientExchange} only divides the work.
 *
 * <p>A learner that begins loads its newest checkpoint or the model at the start. If it is far
 * behind, or the log does not reach back to its position, it takes the state of a peer.
 */
public final class LearnerCore extends WorkerCore<ControlMessage.ToLearner, BulkMessage.ToLearner> {
  private final LearnerSettings settings;
  private final LearnerEvents events;
  private final LogFollower log;
  private final WeightStore weights;
  private final LearnerSteps steps;
  private Welcome welcome; // null before the first
  private View view; // null before the first

  /** A learner without state. */
  public LearnerCore(
      NodeId self,
      LearnerSettings settings,
      Environment environment,
      TrainingWork work,
      LearnerEvents events) {
    super(
        self,
        settings.deadlines(),
        environment,
        ControlMessage.ToLearner.class,
        BulkMessage.ToLearner.class);
    this.settings = settings;
    this.events = events;
    this.log = new LogFollower(settings.recordWindow(), rejections());
    this.weights = new WeightStore(self, environment, link(), rejections());
    this.steps =
        new LearnerSteps(
            self, settings, environment, work, events, link(), log, weights, rejections());
  }

  /** Loads the newest checkpoint, and begins to send hellos. */
  @Override
  public void start() {
    steps.start(this::sendHello);
    super.start();
  }

  /** Ends all timers; later messages have no effect. */
  @Override
  public void stop() {
    super.stop();
    steps.stop();
  }

  /** Steps trained; -1 before it has any state. */
  public long step() {
    return steps.step();
  }

  /** Checksum of the weights after that step. */
  public long checksum() {
    return steps.checksum();
  }

  /** Number of shards that were computed because they did not arrive in time. */
  public long numComputedForOthers() {
    return steps.numComputedForOthers();
  }

  /** The learners, as the coordinator has told last. */
  public Optional<View> view() {
    return Optional.ofNullable(view);
  }

  @Override
  protected void sendHello() {
    link()
        .sendHello(
            new LearnerHello(
                link().epoch(),
                self(),
                steps.step(),
                steps.checksum(),
                log.next(),
                settings.keepsRun()));
    if (!steps.failure().isEmpty()) {
      link()
          .send(
              new TrainingFailed(
                  link().epoch(), self(), Math.max(0, steps.step()), steps.failure()));
    }
  }

  // ---- messages ------------------------------------------------------------------------------

  @Override
  public void on(ControlMessage.ToLearner message) {
    if (isStopped()) {
      return;
    }
    switch (message) {
      case RequestWeights request -> weights.onRequest(request);
      case RequestState request -> steps.onRequest(request);
      case Welcome _, View _, StepCommitted _, Finish _, Shutdown _ -> onCoordinator(message);
    }
  }

  private void onCoordinator(ControlMessage.ToLearner message) {
    if (!link().accepts(message.epoch())) {
      rejections().count(Rejection.OLD_EPOCH);
      return;
    }
    switch (message) {
      case Welcome newWelcome -> onWelcome(newWelcome);
      case View newView -> onView(newView);
      case StepCommitted committed -> steps.onCommitted(committed);
      case Finish(long _, long step) -> steps.onFinish(step);
      case Shutdown(long _, String reason) -> {
        stop();
        events.onShutdown(reason);
      }
      case RequestWeights _, RequestState _ ->
          throw new IllegalStateException("not from a coordinator: " + message);
    }
  }

  private void onWelcome(Welcome newWelcome) {
    boolean isNew = link().welcome(newWelcome);
    welcome = newWelcome;
    if (isNew) {
      sendHello();
    }
    steps.onWelcome(welcome);
  }

  private void onView(View newView) {
    boolean isOlder =
        view != null && view.epoch() == newView.epoch() && view.number() > newView.number();
    if (isOlder) {
      rejections().count(Rejection.NOT_EXPECTED);
    } else {
      view = newView;
      steps.onView(newView);
    }
  }

  @Override
  public void on(BulkMessage.ToLearner message) {
    if (isStopped()) {
      return;
    }
    switch (message) {
      case Records(long epoch, var entries) -> {
        if (link().accepts(epoch)) {
          log.arrived(entries);
          steps.advance();
        } else {
          rejections().count(Rejection.OLD_EPOCH);
        }
      }
      case ShardGradient gradient -> steps.onGradient(gradient);
      case TrainingState state -> steps.onState(state);
    }
  }
}
