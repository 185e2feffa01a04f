package io.troupe.actors.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlCodec;
import io.troupe.actors.cluster.protocol.ControlDecoding;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.faults.cluster.Decorations;
import io.troupe.actors.faults.network.BulkFrame;
import io.troupe.actors.faults.time.Dice;
import io.troupe.log.codec.CodecException;
import io.troupe.log.replication.ReplicationCodec;
import io.troupe.log.replication.ReplicationMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Damaged copies of the messages of real runs are decoded or rejected, and nothing else. */
final class HostileFramesTest {
  private static final int NUM_CASES = 10_000;
  private static final int NUM_RUNS = 3;
  private static final int MAX_PER_TYPE = 20;
  private static final ControlCodec CONTROL = new ControlCodec();

  private final Dice dice = new Dice(1, "hostile frames");

  @Test
  void controlMessagesAreDecodedOrRejected() {
    fuzz(recorded().control, HostileFramesTest::acceptsControl);
  }

  @Test
  void bulkMessagesAreDecodedOrRejected() {
    fuzz(
        recorded().bulk,
        frame -> {
          try {
            return BulkFrame.decode(frame) != null;
          } catch (CodecException _) {
            return false;
          }
        });
  }

  @Test
  void messagesOfTheLogAreDecodedOrRejected() {
    fuzz(
        recorded().replication,
        frame -> {
          try {
            return ReplicationCodec.decode(frame) != null;
          } catch (CodecException _) {
            return false;
          }
        });
  }

  private static boolean acceptsControl(byte[] frame) {
    return switch (CONTROL.decode(frame)) {
      case ControlDecoding.Decoded _ -> true;
      case ControlDecoding.Rejected(var _, String detail) -> {
        assertThat(detail).hasSizeBetween(1, 200);
        yield false;
      }
    };
  }

  private void fuzz(List<byte[]> frames, Predicate<byte[]> accepts) {
    assertThat(frames).allMatch(accepts);
    int numRejected = 0;
    for (int i = 0; i < NUM_CASES; i++) {
      numRejected += accepts.test(damage(frames)) ? 0 : 1;
    }
    assertThat(numRejected).isGreaterThan(NUM_CASES / 4);
  }

  /** Flips bits, sets a byte, cuts, extends, or joins two frames. */
  private byte[] damage(List<byte[]> frames) {
    byte[] frame = dice.pick(frames).clone();
    int at = dice.between(0, frame.length - 1);
    switch (dice.between(0, 5)) {
      case 0 -> frame[at] ^= (byte) (1 << dice.between(0, 7));
      case 1 -> frame[at] = (byte) dice.bits();
      case 2 -> Arrays.fill(frame, at, Math.min(frame.length, at + 8), (byte) 0xff);
      case 3 -> frame = Arrays.copyOf(frame, at);
      case 4 -> frame = Arrays.copyOf(frame, frame.length + dice.between(1, 9));
      default -> {
        byte[] other = dice.pick(frames);
        int from = Math.min(at, other.length);
        System.arraycopy(other, from, frame, from, Math.min(frame.length, other.length) - from);
      }
    }
    return frame;
  }

  private static Recorder recorded() {
    Recorder recorder = new Recorder();
    for (long seed = 1; seed <= NUM_RUNS; seed++) {
      FaultSimulation.simulate(seed, 0, recorder);
    }
    return recorder;
  }

  /** Records some messages of each type. */
  private static final class Recorder implements Decorations {
    private final Map<Class<?>, Integer> counts = new HashMap<>();
    private final List<byte[]> control = new ArrayList<>();
    private final List<byte[]> bulk = new ArrayList<>();
    private final List<byte[]> replication = new ArrayList<>();

    private boolean wants(Object message) {
      return counts.merge(message.getClass(), 1, Integer::sum) <= MAX_PER_TYPE;
    }

    @Override
    public Optional<ControlMessage> received(String node, ControlMessage message) {
      if (wants(message)) {
        control.add(CONTROL.encode(message));
      }
      return Optional.of(message);
    }

    @Override
    public Optional<BulkMessage> received(String node, BulkMessage message) {
      if (wants(message)) {
        bulk.add(BulkFrame.encode(message));
      }
      return Optional.of(message);
    }

    @Override
    public Optional<ReplicationMessage> received(
        String node, String from, ReplicationMessage message) {
      if (wants(message)) {
        replication.add(ReplicationCodec.encode(message));
      }
      return Optional.of(message);
    }
  }
}
