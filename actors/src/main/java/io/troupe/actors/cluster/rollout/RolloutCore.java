package io.troupe.actors.cluster.rollout;

import io.troupe.actors.cluster.link.WorkerCore;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.BulkMessage.Sampled;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.ControlMessage.Accepted;
import io.troupe.actors.cluster.protocol.ControlMessage.Assign;
import io.troupe.actors.cluster.protocol.ControlMessage.Decoded;
import io.troupe.actors.cluster.protocol.ControlMessage.DecodingFailed;
import io.troupe.actors.cluster.protocol.ControlMessage.NewVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.NoWeights;
import io.troupe.actors.cluster.protocol.ControlMessage.Received;
import io.troupe.actors.cluster.protocol.ControlMessage.RequestWeights;
import io.troupe.actors.cluster.protocol.ControlMessage.Revoke;
import io.troupe.actors.cluster.protocol.ControlMessage.RolloutHello;
import io.troupe.actors.cluster.protocol.ControlMessage.Shutdown;
import io.troupe.actors.cluster.protocol.ControlMessage.WeightsReady;
import io.troupe.actors.cluster.protocol.ControlMessage.Welcome;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * A rollout node: decodes the groups that the coordinator assigns, and keeps the samples until the
 * coordinator has their scores.
 *
 * <p>While there is no coordinator it continues with the groups that it has. A new coordinator
 * learns from the hellos which groups these are. Weights and messages of older coordinators are
 * rejected.
 */
public final class RolloutCore extends WorkerCore<ControlMessage.ToRollout, BulkMessage.ToRollout> {
  private final RolloutSettings settings;
  private final Environment environment;
  private final DecodingWork work;
  private final LongFunction<GroupSpec> specs;
  private final Consumer<String> onShutdown;
  private final WeightPull weights;
  private final TreeMap<Long, RolloutGroup> groups = new TreeMap<>();

  /**
   * A node without weights and groups.
   *
   * @param specs creates the group of an id
   * @param onShutdown is called with the reason when the run has ended
   */
  public RolloutCore(
      NodeId self,
      RolloutSettings settings,
      Environment environment,
      DecodingWork work,
      LongFunction<GroupSpec> specs,
      Consumer<String> onShutdown) {
    super(
        self,
        settings.deadlines(),
        environment,
        ControlMessage.ToRollout.class,
        BulkMessage.ToRollout.class);
    this.settings = settings;
    this.environment = environment;
    this.work = work;
    this.specs = specs;
    this.onShutdown = onShutdown;
    this.weights =
        new WeightPull(
            self,
            environment,
            link(),
            settings.deadlines().silence(),
            work,
            rejections(),
            this::onSwapped);
  }

  @Override
  public void start() {
    super.start();
    every(settings.deadlines().resend(), this::resend);
  }

  /** Ends all timers; later messages have no effect. */
  @Override
  public void stop() {
    super.stop();
    weights.stop();
  }

  /** The version of the weights in use; -1 before the first. */
  public long policyVersion() {
    return weights.version();
  }

  /** Number of groups that the node holds. */
  public int numGroups() {
    return groups.size();
  }

  @Override
  protected void sendHello() {
    link()
        .sendHello(
            new RolloutHello(
                link().epoch(),
                self(),
                weights.version(),
                settings.credits(),
                groups.values().stream().map(RolloutGroup::held).toList()));
  }

  private void resend() {
    groups.values().stream().filter(RolloutGroup::needsTransfer).forEach(this::transfer);
  }

  // ---- messages ------------------------------------------------------------------------------

  @Override
  public void on(ControlMessage.ToRollout message) {
    if (isStopped()) {
      return;
    }
    switch (message) {
      case RequestWeights request -> onRequest(request);
      case NoWeights answer -> weights.noWeights(answer);
      case Received received -> onReceived(received);
      case Welcome _, Assign _, Revoke _, Accepted _, NewVersion _, Shutdown _ ->
          onCoordinator(message);
    }
  }

  private void onCoordinator(ControlMessage.ToRollout message) {
    if (!link().accepts(message.epoch())) {
      rejections().count(Rejection.OLD_EPOCH);
      return;
    }
    switch (message) {
      case Welcome welcome -> {
        if (link().welcome(welcome)) {
          sendHello(); // a new coordinator has to know the groups before it assigns them elsewhere
        }
      }
      case Assign assign -> onAssign(assign);
      case Revoke(long epoch, long groupId, int attempt) -> onRevoke(epoch, groupId, attempt);
      case Accepted(long _, long groupId) -> forget(groupId);
      case NewVersion announced -> onNewVersion(announced);
      case Shutdown(long _, String reason) -> {
        stop();
        onShutdown.accept(reason);
      }
      case RequestWeights _, NoWeights _, Received _ ->
          throw new IllegalStateException("not from a coordinator: " + message);
    }
  }

  @Override
  public void on(BulkMessage.ToRollout message) {
    if (isStopped()) {
      return;
    }
    switch (message) {
      case WeightsVersion version -> weights.arrived(version);
    }
  }

  @Override
  public void arriving() {
    weights.arriving();
  }

  // ---- groups --------------------------------------------------------------------------------

  private void onAssign(Assign assign) {
    RolloutGroup group = groups.get(assign.groupId());
    if (group == null) {
      if (groups.size() >= settings.maxGroups()) {
        rejections().count(Rejection.NO_SPACE);
        return;
      }
      group = new RolloutGroup(assign);
      groups.put(assign.groupId(), group);
    } else if (group.isNewerThan(assign.epoch(), assign.attempt())) {
      rejections().count(Rejection.NOT_EXPECTED);
      return;
    } else {
      group.reassign(assign);
    }
    if (group.isSampled()) {
      sendDecoded(group);
      if (group.needsTransfer()) {
        transfer(group);
      }
    } else {
      decodeIfPossible(group);
    }
  }

  private void decodeIfPossible(RolloutGroup group) {
    if (group.isWaiting() && weights.version() >= 0 && group.allows(weights.version())) {
      group.decoding();
      work.decode(specs.apply(group.groupId()), outcome -> onDecoded(group, outcome));
    }
  }

  private void onDecoded(RolloutGroup group, Outcome<SampledGroup> outcome) {
    if (isStopped() || groups.get(group.groupId()) != group) {
      return;
    }
    switch (outcome) {
      case Outcome.Done<SampledGroup>(SampledGroup samples) -> {
        group.sampled(samples);
        sendDecoded(group);
        transfer(group);
      }
      case Outcome.Failed<SampledGroup>(String reason) -> {
        groups.remove(group.groupId());
        link()
            .send(
                new DecodingFailed(
                    link().epoch(), self(), group.groupId(), group.attempt(), reason));
      }
    }
  }

  private void sendDecoded(RolloutGroup group) {
    link().send(new Decoded(group.epoch(), self(), group.groupId(), group.attempt()));
  }

  private void transfer(RolloutGroup group) {
    environment.transfer(
        group.reward(), new Sampled(group.epoch(), group.attempt(), group.samples(), self()));
  }

  private void onReceived(Received received) {
    RolloutGroup group = groups.get(received.groupId());
    if (group != null
        && group.epoch() == received.epoch()
        && group.attempt() == received.attempt()) {
      group.received();
    } else {
      rejections().count(Rejection.NOT_EXPECTED);
    }
  }

  private void onRevoke(long epoch, long groupId, int attempt) {
    RolloutGroup group = groups.get(groupId);
    if (group == null || group.isNewerThan(epoch, attempt)) {
      rejections().count(Rejection.NOT_EXPECTED);
    } else {
      forget(groupId);
    }
  }

  private void forget(long groupId) {
    RolloutGroup group = groups.remove(groupId);
    if (group != null && !group.isSampled()) {
      work.cancel(groupId);
    }
  }

  // ---- weights -------------------------------------------------------------------------------

  private void onNewVersion(NewVersion announced) {
    if (announced.version() <= weights.version()) {
      sendReady();
    } else {
      weights.announced(announced);
    }
  }

  private void onSwapped(long version) {
    sendReady();
    List.copyOf(groups.values()).forEach(this::decodeIfPossible);
  }

  private void sendReady() {
    link().send(new WeightsReady(link().epoch(), self(), weights.version()));
  }

  private void onRequest(RequestWeights request) {
    weights
        .kept(request.version())
        .ifPresentOrElse(
            version -> environment.transfer(request.node(), version),
            () ->
                environment.send(
                    request.node(), new NoWeights(link().epoch(), self(), request.version())));
  }
}
