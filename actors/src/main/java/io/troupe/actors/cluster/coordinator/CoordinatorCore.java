package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.link.ClockGaps;
import io.troupe.actors.cluster.link.Ticks;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.BulkMessage.Scored;
import io.troupe.actors.cluster.protocol.ControlMessage.ToCoordinator;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.protocol.Rejections;
import io.troupe.log.record.LogRecord.RunStarted;
import java.io.IOException;
import java.util.Optional;

/**
 * The coordinator of a clustered run. Active from the moment when the log has made this node its
 * leader and the first record of the new epoch is committed; it then knows all records of earlier
 * epochs, and continues from them.
 *
 * <p>It resigns when it hears of a newer epoch. After a pause of the process it first proves to
 * itself that it still leads, by committing a record; until then it ignores all messages, which
 * their senders repeat.
 */
public final class CoordinatorCore {
  private static final int TICKS_PER_HELLO = 2;

  private final NodeId self;
  private final CoordinatorSettings settings;
  private final Environment environment;
  private final ExperienceLog log;
  private final RunStarted run;
  private final CoordinatorEvents events;
  private final Rejections rejections = new Rejections();
  private final ClockGaps gaps;
  private final Ticks ticks;
  private Leadership leadership; // null until the epoch is committed
  private long epoch;
  private long commitIndex;
  private long activeFrom;
  private boolean isSuspended;
  private boolean isResigned;
  private boolean isStopRequested;

  /**
   * A coordinator that waits to lead.
   *
   * @param log whose owner calls {@link #onLeading}, {@link #onCommitted} and {@link #onDeposed}
   * @param run is appended if the log has no record of a run
   */
  public CoordinatorCore(
      NodeId self,
      CoordinatorSettings settings,
      Environment environment,
      ExperienceLog log,
      RunStarted run,
      CoordinatorEvents events) {
    this.self = self;
    this.settings = settings;
    this.environment = environment;
    this.log = log;
    this.run = run;
    this.events = events;
    this.gaps = new ClockGaps(settings.deadlines().lease(), environment.nanoTime());
    this.ticks = new Ticks(environment);
  }

  // ---- the log -------------------------------------------------------------------------------

  /** This node leads under a new epoch, whose first record is appended. */
  public void onLeading(long newEpoch) {
    if (isResigned || epoch > 0) {
      return;
    }
    epoch = newEpoch;
    activeFrom = log.nextIndex();
    gaps.observe(environment.nanoTime());
    ticks.every(settings.deadlines().hello().dividedBy(TICKS_PER_HELLO), this::tick);
    onCommitted(commitIndex);
  }

  /** All records below an index are committed. */
  public void onCommitted(long index) {
    commitIndex = Math.max(commitIndex, index);
    if (isResigned) {
      return;
    }
    if (leadership != null) {
      leadership.committed(commitIndex);
    } else if (epoch > 0 && commitIndex >= activeFrom) {
      activate();
    }
  }

  private void activate() {
    LogHistory history;
    try {
      history = LogHistory.read(log);
    } catch (IOException e) {
      resign("the log cannot be read: " + e.getMessage());
      return;
    }
    Outbox outbox = new Outbox(environment, self, epoch, rejections, events);
    leadership = new Leadership(outbox, log, history, commitIndex, settings);
    boolean isNewRun = history.isEmpty();
    if (isNewRun) {
      leadership.begin(run);
    }
    leadership.start(isNewRun);
    if (isStopRequested) {
      leadership.stopRun();
    }
  }

  /** Another node leads. */
  public void onDeposed(long newestEpoch) {
    resign("epoch %d has begun elsewhere".formatted(newestEpoch));
  }

  // ---- messages ------------------------------------------------------------------------------

  /** Handles a control message. */
  public void on(ToCoordinator message) {
    if (isReady(message.epoch(), message.node())) {
      leadership.on(message);
    }
  }

  /** Handles content. */
  public void on(BulkMessage.ToCoordinator message) {
    switch (message) {
      case Scored scored -> {
        if (isReady(scored.epoch(), scored.scoredBy())) {
          leadership.on(scored);
        }
      }
    }
  }

  private boolean isReady(long messageEpoch, NodeId from) {
    observeGap();
    if (isResigned || leadership == null) {
      return false; // the sender tries elsewhere, or again
    }
    if (messageEpoch > epoch) {
      resign("%s knows epoch %d".formatted(from, messageEpoch));
      return false;
    }
    if (isSuspended) {
      rejections.count(Rejection.SUSPENDED);
      return false;
    }
    return true;
  }

  /** The cluster's membership has lost a node. */
  public void nodeGone(NodeId node) {
    observeGap();
    if (!isResigned && leadership != null && !isSuspended) {
      leadership.nodeGone(node);
    }
  }

  /** Ends the run after the current step, with a checkpoint. */
  public void stopRun() {
    isStopRequested = true;
    if (!isResigned && leadership != null) {
      leadership.stopRun();
    }
  }

  // ---- time ----------------------------------------------------------------------------------

  private void tick() {
    observeGap();
    if (leadership == null || isResigned) {
      return;
    }
    if (isSuspended) {
      leadership.retryLog(); // the record that confirms the epoch may wait for the disk
    } else {
      leadership.tick();
    }
  }

  private void observeGap() {
    if (gaps.observe(environment.nanoTime()) && leadership != null && !isResigned) {
      if (!isSuspended) {
        isSuspended = true;
        events.onWarning("this process was paused; the coordinator confirms its epoch " + epoch);
      }
      leadership.confirm(this::resume);
    }
  }

  private void resume() {
    if (isSuspended && !isResigned) {
      isSuspended = false;
      leadership.resume();
    }
  }

  /** Gives up the lead. */
  public void resign(String reason) {
    if (!isResigned) {
      isResigned = true;
      ticks.stop();
      log.resign();
      events.onResigned(reason);
    }
  }

  // ---- what the owner sees -------------------------------------------------------------------

  /** The epoch that this node leads; 0 before. */
  public long epoch() {
    return epoch;
  }

  /** Whether this node coordinates the run. */
  public boolean isActive() {
    return leadership != null && !isSuspended && !isResigned;
  }

  /** Messages that were ignored. */
  public Rejections rejections() {
    return rejections;
  }

  /** The state of the run; empty before this node coordinates it. */
  public Optional<CoordinatorStatus> status() {
    return Optional.ofNullable(leadership).map(Leadership::status);
  }
}
