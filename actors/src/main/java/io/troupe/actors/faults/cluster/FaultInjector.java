package io.troupe.actors.faults.cluster;

import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.network.Block;
import io.troupe.actors.faults.network.LinkFaults;
import io.troupe.actors.faults.plan.Fault;
import io.troupe.actors.faults.plan.FaultPlan;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.SimulatedProcess;
import java.time.Duration;

/** Injects the faults of a plan, and ends all of them at its end. */
public final class FaultInjector {
  private static final Duration DETECTION = Duration.ofSeconds(5);
  private static final Duration MAX_NOTICE = Duration.ofMillis(107);
  private static final Duration RESTART = Duration.ofSeconds(1);
  private static final long NS_PER_MS = 1_000_000;

  private final SimulatedCluster cluster;
  private final WorkFaults work;
  private final Dice dice;

  /** The faults of the simulated work of a node. */
  public interface WorkFaults {
    /** Sets the faults of scores. */
    void degradeRewards(String node, double slow, double hanging);

    /** Sets the probability that the decoding of a group fails. */
    void failDecoding(String node, double probability);
  }

  /** Faults for a cluster. */
  public FaultInjector(SimulatedCluster cluster, WorkFaults work) {
    this.cluster = cluster;
    this.work = work;
    this.dice = cluster.dice("injector");
  }

  /** Schedules the faults of a plan. */
  public void inject(FaultPlan plan) {
    for (FaultPlan.PlannedFault planned : plan.faults()) {
      cluster.timeline().at(planned.at().toNanos(), () -> inject(planned.fault()));
    }
    cluster.timeline().at(plan.end().toNanos(), this::endAll);
  }

  private void inject(Fault fault) {
    cluster.trace().add("world", "fault", fault.toString());
    switch (fault) {
      case Fault.Kill(String node, boolean losesPower, Duration down) ->
          cluster.kill(cluster.host(node), losesPower, down);
      case Fault.KillInWrite(String node, int afterOperations, Duration down) -> {
        cluster.host(node).setDownAfterPowerLoss(down);
        cluster.host(node).storage().crashAfter(afterOperations);
      }
      case Fault.KillAll(boolean losesPower, Duration down) -> killAll(losesPower, down);
      case Fault.Pause(String node, Duration duration) -> pause(cluster.host(node), duration);
      case Fault.Partition partition -> {
        block(partition, partition.oneWay() ? Block.ONE_WAY : Block.BOTH_WAYS);
        later(partition.duration(), () -> block(partition, Block.OPEN));
      }
      case Fault.BadLinks(String node, LinkFaults faults, Duration duration) -> {
        degrade(node, faults);
        later(duration, () -> degrade(node, LinkFaults.NONE));
      }
      case Fault.SlowDisk(String node, Duration maxExtra, Duration duration) -> {
        cluster.host(node).storage().slowDown(maxExtra.toNanos());
        later(duration, () -> cluster.host(node).storage().slowDown(0));
      }
      case Fault.FullDisk(String node, Duration duration) -> {
        cluster.expectFullDisk();
        cluster.host(node).storage().fill(true);
        later(duration, () -> cluster.host(node).storage().fill(false));
      }
      case Fault.ClockJump(String node, Duration by) -> jump(cluster.host(node), by);
      case Fault.BadRewards(String node, double slow, double hanging, Duration duration) -> {
        work.degradeRewards(node, slow, hanging);
        later(duration, () -> work.degradeRewards(node, 0, 0));
      }
      case Fault.FailingDecoding(String node, double failing, Duration duration) -> {
        work.failDecoding(node, failing);
        later(duration, () -> work.failDecoding(node, 0));
      }
      case Fault.SecondCoordinator(Duration duration) -> cluster.membership().startSecond(duration);
    }
  }

  private void later(Duration delay, Runnable action) {
    cluster.timeline().after(delay.toNanos(), action);
  }

  private void killAll(boolean losesPower, Duration down) {
    for (SimulatedHost host : cluster.hosts()) {
      if (host.isAlive()) {
        cluster.witnesses().saw(FaultKind.KILL_ALL);
      }
      cluster.kill(host, losesPower, down);
    }
  }

  private void pause(SimulatedHost host, Duration duration) {
    if (!host.isRunning()) {
      return;
    }
    SimulatedProcess paused = host.process();
    paused.pause();
    later(
        duration,
        () -> {
          if (paused.isAlive() && paused.isPaused()) {
            resume(host, duration);
          }
        });
  }

  /** The cluster has removed a node that was paused for long: it exits once it notices. */
  private void resume(SimulatedHost host, Duration paused) {
    cluster.trace().add(host.name(), "resume", paused.toString());
    SimulatedProcess process = host.process();
    cluster.witnesses().saw(FaultKind.PAUSE, process.resume());
    if (paused.compareTo(DETECTION) > 0) {
      later(
          dice.between(Duration.ZERO, MAX_NOTICE),
          () -> {
            if (process.isAlive()) {
              cluster.kill(host, false, RESTART);
            }
          });
    }
  }

  private void block(Fault.Partition partition, Block block) {
    for (String node : partition.side()) {
      for (String other : partition.others()) {
        cluster.network().block(node, other, block);
        if (block != Block.ONE_WAY) {
          cluster.network().block(other, node, block);
        }
      }
    }
  }

  private void degrade(String node, LinkFaults faults) {
    for (SimulatedHost host : cluster.hosts()) {
      if (!host.name().equals(node)) {
        cluster.network().degrade(node, host.name(), faults);
        cluster.network().degrade(host.name(), node, faults);
      }
    }
  }

  private void jump(SimulatedHost host, Duration by) {
    host.shiftWallClock((dice.chance(0.5) ? 1 : -1) * by.toNanos() / NS_PER_MS);
    if (host.isAlive()) {
      cluster.witnesses().saw(FaultKind.CLOCK_JUMP, host.process().jump(by));
    }
  }

  private void endAll() {
    cluster.trace().add("world", "fault", "all faults end");
    cluster.network().heal();
    for (SimulatedHost host : cluster.hosts()) {
      host.storage().heal();
      work.degradeRewards(host.name(), 0, 0);
      work.failDecoding(host.name(), 0);
      if (host.isAlive() && host.process().isPaused()) {
        resume(host, DETECTION);
      }
    }
  }
}
