package io.troupe.actors.faults.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Links lose, duplicate, reorder, delay, corrupt and block frames, and count each effect. */
final class SimulatedNetworkTest {
  private static final int NUM_FRAMES = 100;

  private final Timeline timeline = new Timeline(new Dice(1, "ties"));
  private final Witnesses witnesses = new Witnesses();
  private final SimulatedNetwork network =
      new SimulatedNetwork(timeline, new Dice(1, "network"), witnesses);
  private final List<Integer> received = new ArrayList<>();
  private int numRejected;

  private void sendFrames() {
    for (int i = 0; i < NUM_FRAMES; i++) {
      network.send("a", "b", new byte[] {(byte) i}, new Arrival());
    }
    while (timeline.runNext(Duration.ofSeconds(10).toNanos())) {
      // the frames arrive
    }
  }

  private static List<Integer> all() {
    return IntStream.range(0, NUM_FRAMES).boxed().toList();
  }

  @Test
  void aLinkWithoutFaultsKeepsTheOrder() {
    sendFrames();

    assertThat(received).isEqualTo(all());
    assertThat(witnesses.unseen()).hasSize(FaultKind.values().length);
  }

  @Test
  void lostFramesDoNotArrive() {
    network.degrade("a", "b", new LinkFaults(0.3, 0, 0, 0, 0, 0));

    sendFrames();

    assertThat(received).hasSize(NUM_FRAMES - (int) witnesses.count(FaultKind.LOSS)).isSorted();
    assertThat(witnesses.count(FaultKind.LOSS)).isBetween(10L, 60L);
  }

  @Test
  void duplicatesArriveTwice() {
    network.degrade("a", "b", new LinkFaults(0, 0.3, 0, 0, 0, 0));

    sendFrames();

    assertThat(received)
        .hasSize(NUM_FRAMES + (int) witnesses.count(FaultKind.DUPLICATE))
        .containsAll(all());
    assertThat(witnesses.count(FaultKind.DUPLICATE)).isPositive();
  }

  @Test
  void reorderedFramesOvertakeEachOther() {
    network.degrade("a", "b", new LinkFaults(0, 0, 0.5, 0, 0, 0));

    sendFrames();

    assertThat(received).containsExactlyInAnyOrderElementsOf(all()).isNotEqualTo(all());
    assertThat(witnesses.count(FaultKind.REORDER)).isPositive();
  }

  @Test
  void corruptFramesAreRejected() {
    network.degrade("a", "b", new LinkFaults(0, 0, 0, 0, 0, 0.5));

    sendFrames();

    assertThat(numRejected).isPositive();
    assertThat(received).hasSize(NUM_FRAMES - numRejected).isSorted();
  }

  @Test
  void delayedFramesAreLate() {
    network.degrade("a", "b", new LinkFaults(0, 0, 0, 1, Duration.ofSeconds(2).toNanos(), 0));

    sendFrames();

    assertThat(received).isEqualTo(all());
    assertThat(witnesses.count(FaultKind.DELAY)).isPositive();
  }

  @Test
  void aOneWayPartitionStopsOneDirection() {
    network.block("b", "a", Block.ONE_WAY);
    sendFrames();
    assertThat(received).hasSize(NUM_FRAMES);

    network.block("a", "b", Block.ONE_WAY);
    sendFrames();

    assertThat(received).hasSize(NUM_FRAMES);
    assertThat(witnesses.count(FaultKind.ONE_WAY_PARTITION)).isEqualTo(NUM_FRAMES);
    assertThat(network.connects("a", "b")).isFalse();
  }

  @Test
  void aHealedNetworkDeliversEverything() {
    network.block("a", "b", Block.BOTH_WAYS);
    network.degrade("a", "b", new LinkFaults(1, 0, 0, 0, 0, 0));

    network.heal();
    sendFrames();

    assertThat(received).isEqualTo(all());
  }

  private final class Arrival implements SimulatedNetwork.Receiver {
    @Override
    public void receive(byte[] frame) {
      received.add((int) frame[0]);
    }

    @Override
    public void reject(byte[] frame) {
      numRejected++;
    }
  }
}
