package io.troupe.actors.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.BulkMessage.Scored;
import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.faults.SeedResult.Violation;
import io.troupe.actors.faults.check.Invariant;
import io.troupe.actors.faults.cluster.Decorations;
import io.troupe.log.disk.Disk;
import io.troupe.log.disk.LogFile;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.replication.ReplicationMessage;
import io.troupe.log.replication.ReplicationMessage.Append;
import io.troupe.log.replication.ReplicationMessage.Appended;
import io.troupe.log.replication.ReplicationMessage.Conflict;
import io.troupe.log.replication.ReplicationMessage.Promise;
import io.troupe.log.replication.ReplicationMessage.Promised;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Bugs that are planted between the cores and the simulation are found within 200 seeds. */
final class PlantedBugsTest {
  private static final int MAX_SEEDS = 200;

  /** The first violation; a new decoration for each seed. */
  private static Violation firstViolation(Supplier<Decorations> bug) {
    for (long seed = 1; seed <= MAX_SEEDS; seed++) {
      SeedResult result = FaultSimulation.simulate(seed, 0, bug.get());
      if (result.violation().isPresent()) {
        return result.violation().get();
      }
    }
    throw new AssertionError("the bug was not found within " + MAX_SEEDS + " seeds");
  }

  @Test
  void findsCommitsBeforeTheSync() {
    Violation violation =
        firstViolation(
            () ->
                new Decorations() {
                  @Override
                  public Disk disk(String node, Disk disk) {
                    return new DecoratedDisk(disk) {
                      @Override
                      void force(LogFile file) {
                        // nothing becomes durable
                      }
                    };
                  }
                });

    assertThat(violation.invariant())
        .isIn(Invariant.LOG_PREFIX, Invariant.ONE_LEADER, Invariant.NO_FAILURE);
  }

  @Test
  void findsForgottenPromises() {
    Violation violation =
        firstViolation(
            () ->
                new Decorations() {
                  @Override
                  public Disk disk(String node, Disk disk) {
                    return new DecoratedDisk(disk) {
                      @Override
                      public void rename(String from, String to) throws IOException {
                        if (to.equals("promise") && list().contains(to)) {
                          delete(from); // only the first promise is kept
                        } else {
                          super.rename(from, to);
                        }
                      }
                    };
                  }
                });

    assertThat(violation.invariant())
        .isIn(Invariant.ONE_LEADER, Invariant.LOG_PREFIX, Invariant.NO_FAILURE);
  }

  /** A coordinator node that accepts messages of older epochs as if they were of the newest. */
  @Test
  void findsSkippedEpochChecks() {
    Violation violation = firstViolation(SkippedEpochCheck::new);

    assertThat(violation.invariant())
        .isIn(
            Invariant.LOG_PREFIX, Invariant.ONE_LEADER, Invariant.NO_FAILURE, Invariant.COMPLETION);
  }

  private static final class SkippedEpochCheck implements Decorations {
    private final Map<String, Long> newest = new HashMap<>(); // that a node has heard of
    private final Map<String, Long> requested = new HashMap<>(); // by a node that leads

    @Override
    public Optional<ReplicationMessage> received(
        String node, String from, ReplicationMessage message) {
      return switch (message) {
        case Append append -> Optional.of(withEpoch(request(node, from, append), append));
        case Promise promise -> Optional.of(new Promise(request(node, from, promise)));
        case Promised(long _, long lastEpoch, long length) ->
            Optional.of(new Promised(answer(node, message), lastEpoch, length));
        case Appended(long _, long matched) ->
            Optional.of(new Appended(answer(node, message), matched));
        case Conflict(long _, long retryFrom) ->
            Optional.of(new Conflict(answer(node, message), retryFrom));
        default -> Optional.of(message);
      };
    }

    private long request(String node, String from, ReplicationMessage message) {
      requested.merge(from, message.epoch(), Math::max);
      return newest.merge(node, message.epoch(), Math::max);
    }

    private long answer(String node, ReplicationMessage message) {
      return requested.getOrDefault(node, message.epoch());
    }

    private static Append withEpoch(long epoch, Append append) {
      return new Append(
          epoch,
          append.from(),
          append.previousEpoch(),
          append.commitIndex(),
          append.firstIndex(),
          append.entries());
    }
  }

  /** A coordinator that takes the second copy of scores as another group of the next batch. */
  @Test
  void findsSkippedDedupe() {
    Violation violation = firstViolation(SkippedDedupe::new);

    assertThat(violation.invariant()).isEqualTo(Invariant.TRAINED_ONCE);
  }

  private static final class SkippedDedupe implements Decorations {
    private final Set<Long> seen = new HashSet<>();
    private final Set<Long> doubled = new HashSet<>();
    private final Map<Long, LoggedGroup> logged = new HashMap<>();

    @Override
    public Optional<BulkMessage> received(String node, BulkMessage message) {
      if (message instanceof Scored scored) {
        long groupId = scored.group().group().spec().groupId();
        if (!seen.add(groupId)) {
          doubled.add(groupId);
        }
      }
      return Optional.of(message);
    }

    @Override
    public LogRecord appended(String node, LogRecord record) {
      if (!(record instanceof Batch(long step, List<LoggedGroup> groups))) {
        return record;
      }
      List<LoggedGroup> batch = new ArrayList<>(groups);
      for (long groupId : doubled) {
        if (logged.containsKey(groupId)) {
          batch.set(0, logged.get(groupId));
        }
      }
      groups.forEach(group -> logged.put(group.groupId(), group));
      return new Batch(step, batch);
    }
  }

  /** A learner that takes a late gradient as one of the current step. */
  @Test
  void findsGradientsOfAnotherStep() {
    Violation violation = firstViolation(LateGradients::new);

    assertThat(violation.invariant()).isEqualTo(Invariant.ONE_CONTENT);
  }

  private static final class LateGradients implements Decorations {
    private final Map<String, ShardGradient> newest = new HashMap<>();

    @Override
    public Optional<BulkMessage> received(String node, BulkMessage message) {
      if (!(message instanceof ShardGradient gradient)) {
        return Optional.of(message);
      }
      ShardGradient current =
          newest.merge(node, gradient, (old, other) -> other.step() >= old.step() ? other : old);
      return Optional.of(
          new ShardGradient(
              current.step(),
              gradient.iteration(),
              current.baseChecksum(),
              gradient.shards(),
              gradient.part(),
              gradient.numParts(),
              gradient.data()));
    }
  }
}
