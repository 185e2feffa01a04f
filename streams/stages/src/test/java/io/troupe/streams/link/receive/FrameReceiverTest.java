package io.troupe.streams.link.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.streams.link.frame.FrameForge;
import io.troupe.streams.link.frame.FrameHeader;
import io.troupe.streams.link.frame.FrameProtection;
import io.troupe.streams.link.frame.NodeHash;
import io.troupe.streams.link.frame.Rejection;
import io.troupe.streams.link.frame.RunKey;
import io.troupe.streams.link.message.Acceptance;
import io.troupe.streams.link.message.Destination;
import io.troupe.streams.link.message.Kind;
import io.troupe.streams.link.message.LinkCounters;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.LinkLimits;
import io.troupe.streams.link.message.ReceivedMessage;
import io.troupe.streams.link.message.Route;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FrameReceiverTest {
  private static final Kind WHOLE = new Kind(1, "whole");
  private static final Kind STREAMED = new Kind(2, "streamed");
  private static final Kind REFUSED = new Kind(3, "refused");
  private static final FrameProtection KEY = RunKey.of(new byte[RunKey.LENGTH]);
  private static final LinkIdentity SELF = new LinkIdentity(42, "rollout-1", 7);
  private static final LinkLimits LIMITS =
      new LinkLimits(
          3, 4, 2, 16, 1000, Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(60));

  private final LinkCounters counters = new LinkCounters();
  private final AtomicLong epochFloor = new AtomicLong();
  private final List<ReceivedMessage> whole = new ArrayList<>();
  private final List<String> streamed = new ArrayList<>();
  private final FrameReceiver receiver =
      new FrameReceiver(
          SELF,
          KEY,
          LIMITS,
          counters,
          Map.of(
              WHOLE, new Route.Assembled(600, whole::add),
              STREAMED, new Route.Streamed(600, header -> new Acceptance.Into(new Recorder())),
              REFUSED, new Route.Streamed(600, header -> new Acceptance.Refused("not now"))),
          epochFloor);
  private final FrameForge forge =
      new FrameForge(KEY, 42, "learner-1", 3, 99, NodeHash.ofIncarnation("rollout-1", 7));
  private final byte[] message = forge.message(new byte[300]);
  private long counter;
  private long nowNs;

  private final class Recorder implements Destination {
    private long bytes;

    @Override
    public void write(long offset, MemorySegment part) {
      assertThat(offset).isEqualTo(bytes);
      assertThat(part.isReadOnly()).isTrue();
      bytes += part.byteSize();
    }

    @Override
    public void complete() {
      streamed.add("complete " + bytes);
    }

    @Override
    public void failed(String reason) {
      streamed.add(reason);
    }
  }

  private void accept(byte[] frame) {
    receiver.accept(frame, frame.length, 1, nowNs);
  }

  private void accept(FrameForge from, Kind kind, long id, int start, int end) {
    accept(from.frame(kind.code(), 0, id, message, start, end, ++counter));
  }

  private void assertRejected(Rejection reason, long times) {
    assertThat(counters.rejectedFor(reason)).as(reason.key()).isEqualTo(times);
  }

  @Test
  void framesOfSeveralMessagesMayAlternate() {
    accept(forge, WHOLE, 1, 0, 100);
    accept(forge, STREAMED, 2, 0, 10);
    accept(forge, WHOLE, 1, 100, message.length);
    accept(forge, STREAMED, 2, 10, message.length);

    assertThat(whole).hasSize(1);
    assertThat(whole.getFirst().body()).isEqualTo(new byte[300]);
    assertThat(streamed).containsExactly("complete 300");
    assertThat(receiver.assemblyBytes()).isZero();
    assertThat(counters.rejected()).isZero();
  }

  @Test
  void duplicatesAndOldFramesHaveNoEffect() {
    byte[] first = forge.frame(WHOLE.code(), 0, 1, message, 0, 100, 1);
    byte[] second = forge.frame(WHOLE.code(), 0, 1, message, 100, message.length, 2);
    accept(first);
    accept(first);
    accept(second);
    accept(second);
    accept(first);

    assertThat(whole).hasSize(1);
    assertRejected(Rejection.REPLAYED, 3);
  }

  @Test
  void aMissingFrameFailsItsMessageOnly() {
    accept(forge, STREAMED, 1, 0, 100);
    accept(forge, WHOLE, 2, 0, 100);
    counter++;
    accept(forge, STREAMED, 1, 200, message.length);
    accept(forge, WHOLE, 2, 100, message.length);

    assertThat(streamed).containsExactly("a frame is missing");
    assertThat(whole).hasSize(1);
    assertRejected(Rejection.GAP, 1);
    accept(forge, STREAMED, 1, 100, message.length);
    assertRejected(Rejection.NO_MESSAGE, 1);
  }

  @Test
  void framesThatOverlapOrDifferFromTheirMessageFailIt() {
    accept(forge, STREAMED, 1, 0, 100);
    accept(forge, STREAMED, 1, 50, 150);
    accept(forge, STREAMED, 2, 0, 100);
    accept(forge, WHOLE, 2, 100, 200); // another kind
    accept(forge, STREAMED, 3, 0, 100);
    accept(forge, STREAMED, 3, 0, 100); // begins twice

    assertThat(streamed)
        .containsExactly("a frame is missing", "a frame is missing", "it began twice");
    assertRejected(Rejection.GAP, 3);
    assertThat(whole).isEmpty();
  }

  @Test
  void aRestartedSenderEndsTheMessagesOfItsLastStart() {
    accept(forge, STREAMED, 1, 0, 100);
    accept(forge.restarted(4, 5), WHOLE, 1, 0, message.length);
    accept(forge, STREAMED, 1, 100, message.length);

    assertThat(streamed).containsExactly("its sender was restarted");
    assertThat(whole.getFirst().header().incarnation()).isEqualTo(4);
    assertRejected(Rejection.OLD_INCARNATION, 1);
  }

  @Test
  void twoSendersWithOneIncarnationAreDetected() {
    accept(forge, WHOLE, 1, 0, message.length);
    accept(forge.restarted(3, 98), WHOLE, 1, 0, message.length);

    assertThat(whole).hasSize(1);
    assertRejected(Rejection.OLD_INCARNATION, 1);
  }

  @Test
  void aNewConnectionEndsTheMessagesOfTheLast() {
    accept(forge, STREAMED, 1, 0, 100);
    byte[] next = forge.frame(STREAMED.code(), 0, 2, message, 0, message.length, ++counter);
    receiver.accept(next, next.length, 2, nowNs);
    assertThat(streamed).containsExactly("its sender connected again", "complete 300");

    receiver.sessionEnded(1); // the end of the old connection is noticed later
    accept(forge, STREAMED, 3, 0, 100);
    assertThat(streamed).hasSize(2);
  }

  @Test
  void anEndedConnectionFailsItsMessages() {
    accept(forge, STREAMED, 1, 0, 100);
    accept(forge, WHOLE, 2, 0, 100);
    receiver.sessionEnded(1);

    assertThat(streamed).containsExactly("its sender has gone");
    assertThat(receiver.assemblyBytes()).isZero();
    assertRejected(Rejection.INCOMPLETE, 2);
  }

  @Test
  void aMessageThatDoesNotContinueFails() {
    accept(forge, STREAMED, 1, 0, 100);
    nowNs = Duration.ofSeconds(9).toNanos();
    receiver.checkTimeouts(nowNs);
    assertThat(streamed).isEmpty();

    nowNs = Duration.ofSeconds(10).toNanos();
    receiver.checkTimeouts(nowNs);
    assertThat(streamed).containsExactly("no frame arrived for PT10S");
  }

  @Test
  void raisingTheEpochEndsOlderMessages() {
    accept(forge, STREAMED, 1, 0, 100);
    epochFloor.set(1);
    accept(forge, STREAMED, 1, 100, message.length);
    accept(forge, STREAMED, 2, 0, message.length);

    assertThat(streamed).containsExactly("its epoch is too old");
    assertRejected(Rejection.OLD_EPOCH, 2);
  }

  @Test
  void memoryAndNumbersAreBounded() {
    accept(forge.frame(WHOLE.code(), 0, 1, forge.message(new byte[601]), 0, 100, ++counter));
    assertRejected(Rejection.TOO_LARGE, 1); // above the size of its kind

    byte[] largest = forge.message(new byte[600]);
    accept(forge.frame(WHOLE.code(), 0, 2, largest, 0, 100, ++counter));
    accept(forge.frame(WHOLE.code(), 0, 3, largest, 0, 100, ++counter));
    assertRejected(Rejection.TOO_LARGE, 2); // above the memory of all
    assertThat(receiver.assemblyBytes()).isEqualTo(600);

    for (int i = 4; i < 12; i++) {
      accept(forge, STREAMED, i, 0, 100);
    }
    assertThat(streamed).hasSize(4).allMatch(s -> s.contains("too many other messages"));
    assertThat(receiver.assemblyBytes()).isZero(); // the oldest was the first to fail
  }

  @Test
  void sendersAreBounded() {
    for (int i = 0; i < 5; i++) {
      FrameForge node = forge.named("node-" + i);
      accept(node.frame(WHOLE.code(), 0, 1, node.message(new byte[9]), 0, 16, ++counter));
    }

    assertThat(whole).hasSize(3);
    assertRejected(Rejection.TOO_MANY, 2);
  }

  @Test
  void refusedMessagesAreSkippedAndCounted() {
    accept(forge, REFUSED, 1, 0, 100);
    accept(forge, REFUSED, 1, 100, message.length);

    assertRejected(Rejection.REFUSED, 2);
    assertThat(counters.numMessagesReceived()).isZero();
  }

  @Test
  void aPreambleWithAnotherNameIsRejected() {
    FrameForge other = forge.named("learner-2");
    byte[] lie = other.message(new byte[10]);
    accept(forge.frame(WHOLE.code(), 0, 1, lie, 0, lie.length, ++counter));

    assertThat(whole).isEmpty();
    assertRejected(Rejection.BAD_FIELD, 1);
  }

  @Test
  void aFailingHandlerEndsItsMessageOnly() {
    FrameReceiver failing =
        new FrameReceiver(
            SELF,
            KEY,
            LIMITS,
            counters,
            Map.of(
                WHOLE,
                new Route.Assembled(
                    600,
                    m -> {
                      throw new IllegalStateException("full");
                    })),
            epochFloor);
    byte[] frame = forge.frame(WHOLE.code(), 0, 1, message, 0, message.length, 1);
    failing.accept(frame, frame.length, 1, 0);

    assertRejected(Rejection.HANDLER_FAILED, 1);
    assertThat(failing.assemblyBytes()).isZero();
  }

  @Test
  void kindsNeedDistinctCodes() {
    Route route = new Route.Assembled(1, whole::add);
    assertThatThrownBy(
            () ->
                new FrameReceiver(
                    SELF,
                    KEY,
                    LIMITS,
                    counters,
                    Map.of(new Kind(1, "a"), route, new Kind(1, "b"), route),
                    epochFloor))
        .hasMessageContaining("distinct codes, got 1 twice");
  }

  /** Authentic frames of a node that sends nonsense: bounded, and no exception escapes. */
  @Test
  void nonsenseFromANodeWithTheKeyIsBounded() {
    long seed = 11;
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      long total = 1 + random.nextInt(900);
      int preamble = random.nextInt(4) == 0 ? 1 + random.nextInt(20) : forge.preambleLength();
      long offset = random.nextBoolean() ? 0 : random.nextInt((int) total);
      int length = 1 + random.nextInt((int) (total - offset));
      byte[] payload = new byte[length];
      byte[] start = forge.message(new byte[0]);
      System.arraycopy(start, 0, payload, 0, Math.min(length, start.length));
      FrameHeader header =
          new FrameHeader(
              1 + random.nextInt(4),
              42,
              NodeHash.ofName("learner-1"),
              3 + random.nextInt(2),
              99,
              NodeHash.ofIncarnation("rollout-1", 7),
              random.nextInt(2),
              random.nextInt(20),
              total,
              offset,
              random.nextInt(10) == 0 ? random.nextInt(i + 1) : ++counter,
              length,
              preamble);
      accept(forge.frame(header, payload));
      assertThat(receiver.assemblyBytes()).as("seed %d, frame %d", seed, i).isBetween(0L, 1000L);
    }
    receiver.close();

    assertThat(receiver.assemblyBytes()).isZero();
    assertThat(counters.rejected()).isGreaterThan(5_000);
  }
}
