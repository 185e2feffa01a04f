package io.troupe.log.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.log.codec.CodecException;
import io.troupe.log.replication.ReplicationMessage.Append;
import io.troupe.log.store.LogEntry;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplicatedLogTest {

  /** Loss, delay, duplicates, crashes that lose what was not synced, and several leaders. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void committedRecordsAreNeverLostOrChanged(int numNodes) throws IOException {
    Map<String, Integer> witnesses = new TreeMap<>();
    for (int seed = 0; seed < 1500; seed++) {
      try {
        SimulatedNodes nodes = new SimulatedNodes(seed, numNodes);
        nodes.runFaults(60);
        nodes.heal();
        nodes.witnesses().forEach((name, count) -> witnesses.merge(name, count, Integer::sum));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    assertThat(witnesses).containsKeys("crash", "leader");
    if (numNodes > 1) {
      assertThat(witnesses).containsKeys("lost", "deposed", "rejected", "tail cut", "started at");
    }
  }

  @Test
  void aNodeWithAnEmptyDiskGetsAllRecordsFromTheSameLeader() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      SimulatedNodes nodes = new SimulatedNodes(seed, 3);
      nodes.runFaults(20);
      nodes.heal(); // the first node leads
      nodes.replaceDisk(1);
      nodes.heal();
    }
  }

  @Test
  void onlyALeaderAppends() throws IOException {
    SimulatedNodes.Node node = new SimulatedNodes(1, 3).new Node("node-0");
    node.start();
    assertThatThrownBy(() -> node.log.append(new io.troupe.log.record.LogRecord.Epoch("x")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void damagedMessagesAreRejected() {
    int rejected = 0;
    for (int seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      List<LogEntry> entries =
          List.of(
              new LogEntry(7, 3, 1, new byte[random.nextInt(9)]),
              new LogEntry(8, 3, 2, new byte[3]));
      byte[] bytes = ReplicationCodec.encode(new Append(3, 7, 2, 5, 0, entries));
      byte[] damaged = Arrays.copyOf(bytes, bytes.length - random.nextInt(3) * random.nextInt(40));
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      try {
        ReplicationMessage message = ReplicationCodec.decode(damaged);
        assertThat(ReplicationCodec.encode(message)).as("seed %d", seed).isEqualTo(damaged);
      } catch (CodecException e) {
        rejected++;
      }
    }
    assertThat(rejected).isGreaterThan(5000);
  }
}
