package io.troupe.actors.cluster.reward;

import io.troupe.actors.cluster.link.ClockGaps;
import io.troupe.actors.cluster.link.WorkerCore;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.BulkMessage.Sampled;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.ControlMessage.Accepted;
import io.troupe.actors.cluster.protocol.ControlMessage.Received;
import io.troupe.actors.cluster.protocol.ControlMessage.Revoke;
import io.troupe.actors.cluster.protocol.ControlMessage.RewardHello;
import io.troupe.actors.cluster.protocol.ControlMessage.Shutdown;
import io.troupe.actors.cluster.protocol.ControlMessage.Welcome;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.protocols.sample.Score;
import java.util.ArrayDeque;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A reward node: scores groups, and keeps the scores until they are in the log.
 *
 * <p>Each sample has a deadline, after which it is unscorable. A deadline that passes while the
 * process is paused is no result: the sample is scored again.
 */
public final class RewardCore extends WorkerCore<ControlMessage.ToReward, BulkMessage.ToReward> {
  private final RewardSettings settings;
  private final Environment environment;
  private final ScoringWork work;
  private final Consumer<String> onShutdown;
  private final ClockGaps gaps;
  private final TreeMap<Long, RewardGroup> groups = new TreeMap<>();
  private final ArrayDeque<RewardGroup> waiting = new ArrayDeque<>();
  private int numScoring;
  private long numTimeouts;

  /**
   * A node without groups.
   *
   * @param onShutdown is called with the reason when the run has ended
   */
  public RewardCore(
      NodeId self,
      RewardSettings settings,
      Environment environment,
      ScoringWork work,
      Consumer<String> onShutdown) {
    super(
        self,
        settings.deadlines(),
        environment,
        ControlMessage.ToReward.class,
        BulkMessage.ToReward.class);
    this.settings = settings;
    this.environment = environment;
    this.work = work;
    this.onShutdown = onShutdown;
    this.gaps = new ClockGaps(settings.deadlines().lease(), environment.nanoTime());
  }

  @Override
  public void start() {
    super.start();
    every(settings.deadlines().resend(), this::resend);
  }

  /** Ends all timers and abandons what is being scored; later messages have no effect. */
  @Override
  public void stop() {
    if (!isStopped()) {
      super.stop();
      groups.values().forEach(this::abandon);
    }
  }

  /** Number of groups that the node holds. */
  public int numGroups() {
    return groups.size();
  }

  /** Number of samples that missed their deadline. */
  public long numTimeouts() {
    return numTimeouts;
  }

  @Override
  protected void sendHello() {
    gaps.observe(environment.nanoTime());
    link()
        .sendHello(
            new RewardHello(
                link().epoch(), self(), groups.values().stream().map(RewardGroup::held).toList()));
  }

  private void resend() {
    groups.values().stream().filter(RewardGroup::needsTransfer).forEach(this::transfer);
  }

  private void transfer(RewardGroup group) {
    link().coordinator().ifPresent(host -> environment.transfer(host, group.result(self())));
  }

  // ---- messages ------------------------------------------------------------------------------

  @Override
  public void on(ControlMessage.ToReward message) {
    if (isStopped()) {
      return;
    }
    gaps.observe(environment.nanoTime());
    if (!link().accepts(message.epoch())) {
      rejections().count(Rejection.OLD_EPOCH);
      return;
    }
    switch (message) {
      case Welcome welcome -> onWelcome(welcome);
      case Received(long _, long groupId, int attempt) -> onReceived(groupId, attempt);
      case Accepted(long _, long groupId) -> forget(groupId);
      case Revoke(long epoch, long groupId, int attempt) -> onRevoke(epoch, groupId, attempt);
      case Shutdown(long _, String reason) -> {
        stop();
        onShutdown.accept(reason);
      }
    }
  }

  @Override
  public void on(BulkMessage.ToReward message) {
    if (isStopped()) {
      return;
    }
    gaps.observe(environment.nanoTime());
    switch (message) {
      case Sampled sampled -> onSampled(sampled);
    }
  }

  private void onWelcome(Welcome welcome) {
    if (link().welcome(welcome)) {
      groups.values().forEach(RewardGroup::sendAgain);
      resend();
    }
  }

  private void onReceived(long groupId, int attempt) {
    RewardGroup group = groups.get(groupId);
    if (group != null && group.isScored() && group.attempt() == attempt) {
      group.received();
    } else {
      rejections().count(Rejection.NOT_EXPECTED);
    }
  }

  private void onRevoke(long epoch, long groupId, int attempt) {
    RewardGroup group = groups.get(groupId);
    if (group == null || group.isNewerThan(epoch, attempt)) {
      rejections().count(Rejection.NOT_EXPECTED);
    } else {
      forget(groupId);
    }
  }

  // ---- groups --------------------------------------------------------------------------------

  private void onSampled(Sampled sampled) {
    RewardGroup group = groups.get(sampled.group().spec().groupId());
    if (group == null) {
      if (groups.size() >= settings.maxHeld()) {
        rejections().count(Rejection.NO_SPACE);
        return; // the rollout node sends it again
      }
      add(sampled);
    } else if (group.isNewerThan(sampled.epoch(), sampled.attempt())) {
      rejections().count(Rejection.NOT_EXPECTED);
      return;
    } else if (group.hasSameSamples(sampled)) {
      group.reassign(sampled);
      if (group.needsTransfer()) {
        transfer(group);
      }
    } else {
      forget(group.groupId());
      add(sampled);
    }
    environment.send(
        sampled.sampledBy(),
        new Received(sampled.epoch(), sampled.group().spec().groupId(), sampled.attempt()));
    startNext();
  }

  private void add(Sampled sampled) {
    RewardGroup group = new RewardGroup(sampled);
    groups.put(group.groupId(), group);
    waiting.add(group);
  }

  private void forget(long groupId) {
    RewardGroup group = groups.remove(groupId);
    if (group != null) {
      waiting.remove(group);
      abandon(group);
      startNext();
    }
  }

  private void abandon(RewardGroup group) {
    group.deadline.cancel();
    if (group.scoring != null) {
      group.scoring.abandon();
      group.scoring = null;
      numScoring--;
    }
  }

  private void startNext() {
    while (!isStopped() && numScoring < settings.parallelGroups() && !waiting.isEmpty()) {
      numScoring++;
      score(waiting.remove());
    }
  }

  // ---- samples -------------------------------------------------------------------------------

  private void score(RewardGroup group) {
    int first = group.nextSample();
    ScoringWork.Scoring[] scoring = new ScoringWork.Scoring[1];
    scoring[0] = work.score(group.samples(), first, score -> onScore(group, scoring[0], score));
    group.scoring = scoring[0];
    startDeadline(group);
  }

  /** The deadline of the next sample. */
  private void startDeadline(RewardGroup group) {
    int index = group.nextSample();
    ScoringWork.Scoring scoring = group.scoring;
    group.startedNs = environment.nanoTime();
    group.deadline =
        environment.after(settings.deadlines().reward(), () -> onOverdue(group, index, scoring));
  }

  private void onScore(RewardGroup group, ScoringWork.Scoring scoring, Score score) {
    gaps.observe(environment.nanoTime());
    if (isStopped() || groups.get(group.groupId()) != group || group.scoring != scoring) {
      return;
    }
    group.deadline.cancel();
    group.addScore(score);
    if (group.isScored()) {
      group.scoring = null;
      finish(group);
    } else {
      startDeadline(group);
    }
  }

  private void onOverdue(RewardGroup group, int index, ScoringWork.Scoring scoring) {
    gaps.observe(environment.nanoTime());
    if (isStopped() || group.scoring != scoring || group.nextSample() != index) {
      return;
    }
    String reward = scoring.reward();
    scoring.abandon();
    group.scoring = null;
    if (gaps.hasGapSince(group.startedNs)) {
      score(group); // the process was paused, not the reward
    } else {
      numTimeouts++;
      group.addScore(new Score.Unscorable("timeout: " + reward));
      if (group.isScored()) {
        finish(group);
      } else {
        score(group);
      }
    }
  }

  private void finish(RewardGroup group) {
    numScoring--;
    transfer(group);
    startNext();
  }
}
