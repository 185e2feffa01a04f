package io.troupe.actors.cluster.testing;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Records what a core sends; its time advances on request. */
public final class ScriptedEnvironment implements Environment {
  private final List<Sent> sent = new ArrayList<>();
  private final List<Scheduled> timers = new ArrayList<>();
  private long nowNs = 5_000_000_000L;

  private record Sent(NodeId to, Object message) {}

  private record Scheduled(long atNs, Runnable action, boolean[] cancelled) {}

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public long currentTimeMillis() {
    return nowNs / 1_000_000;
  }

  @Override
  public void send(NodeId to, ControlMessage message) {
    sent.add(new Sent(to, message));
  }

  @Override
  public void transfer(NodeId to, BulkMessage message) {
    sent.add(new Sent(to, message));
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    boolean[] cancelled = new boolean[1];
    timers.add(new Scheduled(nowNs + delay.toNanos(), action, cancelled));
    return () -> cancelled[0] = true;
  }

  /** Runs the timers of a duration, in order. */
  public void advance(Duration duration) {
    long endNs = nowNs + duration.toNanos();
    while (true) {
      Scheduled next =
          timers.stream()
              .filter(timer -> !timer.cancelled()[0] && timer.atNs() <= endNs)
              .min(Comparator.comparingLong(Scheduled::atNs))
              .orElse(null);
      if (next == null) {
        break;
      }
      timers.remove(next);
      nowNs = Math.max(nowNs, next.atNs());
      next.action().run();
    }
    nowNs = endNs;
  }

  /** The process is paused: time passes, and then the overdue timers run. */
  public void pause(Duration duration) {
    nowNs += duration.toNanos();
    advance(Duration.ZERO);
  }

  /** Removes and returns all messages of a type that were sent. */
  public <M> List<M> take(Class<M> type) {
    List<M> taken =
        sent.stream().map(Sent::message).filter(type::isInstance).map(type::cast).toList();
    sent.removeIf(message -> type.isInstance(message.message()));
    return taken;
  }

  /** Removes and returns all messages of a type that were sent to a node. */
  public <M> List<M> take(NodeId to, Class<M> type) {
    List<M> taken =
        sent.stream()
            .filter(message -> message.to().equals(to))
            .map(Sent::message)
            .filter(type::isInstance)
            .map(type::cast)
            .toList();
    sent.removeIf(message -> message.to().equals(to) && type.isInstance(message.message()));
    return taken;
  }

  public void clear() {
    sent.clear();
  }
}
