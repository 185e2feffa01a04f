package io.troupe.streams.link.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.troupe.streams.link.frame.FrameHeader;
import io.troupe.streams.link.frame.RunKey;
import io.troupe.streams.link.message.Kind;
import io.troupe.streams.link.message.LinkCounters;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.LinkLimits;
import io.troupe.streams.link.message.Message;
import io.troupe.streams.link.message.Payload;
import io.troupe.streams.link.message.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class PeerChannelTest {
  private static final Peer PEER = new Peer("rollout-1", 1, "127.0.0.1", 4000);
  private static final Kind KIND = new Kind(1, "weights");
  private static final LinkLimits LIMITS =
      new LinkLimits(
          9, 4, 2, 2, 100, Duration.ofSeconds(9), Duration.ofSeconds(1), Duration.ofSeconds(60));

  /** A publication that gives the answers of a test, and records accepted frames. */
  private final class Scripted implements FramePublication, PublicationSource.Opening {
    private final UnsafeBuffer log = new UnsafeBuffer(new byte[1 << 16]);
    private int pending;

    @Override
    public Optional<FramePublication> poll() {
      if (openingFailure != null) {
        throw new IllegalStateException(openingFailure);
      }
      return Optional.of(this);
    }

    @Override
    public void cancel() {}

    @Override
    public int maxFrameLength() {
      return FrameHeader.OVERHEAD + 100;
    }

    @Override
    public long tryClaim(int length, BufferClaim claim) {
      takePending();
      if (answer > 0) {
        claim.wrap(log, 0, length + 32);
        pending = length;
      }
      return answer;
    }

    private void takePending() {
      if (pending > 0) {
        byte[] frame = new byte[pending];
        log.getBytes(32, frame);
        frames.add(decode(frame));
        pending = 0;
      }
    }

    @Override
    public void close() {
      takePending();
      numClosed++;
    }
  }

  private final LinkCounters counters = new LinkCounters();
  private final List<FrameHeader> frames = new ArrayList<>();
  private final List<Scripted> opened = new ArrayList<>();
  private final PeerChannel channel =
      new PeerChannel(
          PEER,
          new FrameWriter(new LinkIdentity(42, "learner-1", 1), RunKey.of(new byte[RunKey.LENGTH])),
          this::open,
          LIMITS,
          counters,
          0);
  private long answer = 1;
  private int numClosed;
  private String openingFailure;
  private long nowNs;
  private long nextId;

  private PublicationSource.Opening open(Peer peer) {
    Scripted publication = new Scripted();
    opened.add(publication);
    return publication;
  }

  private static FrameHeader decode(byte[] frame) {
    try {
      return FrameHeader.decode(frame, frame.length);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<FrameHeader> frames() {
    opened.forEach(Scripted::takePending);
    return frames;
  }

  private Outbound add(int bytes, Duration deadline) {
    Outbound message =
        new Outbound(
            PEER,
            new Message(KIND, 0, new byte[0], Payload.copyOf(new byte[bytes])),
            ++nextId,
            "learner-1",
            nowNs,
            deadline);
    channel.add(message, nowNs);
    return message;
  }

  private void advance(double seconds) {
    nowNs += (long) (seconds * 1e9);
    channel.advance(100, nowNs);
  }

  private static void assertFailed(Outbound message, String why) {
    assertThatThrownBy(message.sent()::join).rootCause().hasMessageContaining(why);
  }

  @Test
  void framesOfTheActiveMessagesAlternate() {
    add(190, Duration.ofSeconds(9));
    add(190, Duration.ofSeconds(9));
    add(90, Duration.ofSeconds(9)); // waits for a place
    advance(0);

    assertThat(frames().stream().map(FrameHeader::messageId)).containsExactly(1L, 2L, 1L, 2L);
    advance(0);
    assertThat(frames().stream().map(FrameHeader::messageId)).containsExactly(1L, 2L, 1L, 2L, 3L);
    assertThat(frames().stream().map(FrameHeader::counter).distinct()).hasSize(5);
  }

  @Test
  void backPressureAndLogRotationAreRetried() {
    Outbound message = add(90, Duration.ofSeconds(9));
    for (long code :
        new long[] {
          Publication.NOT_CONNECTED, Publication.BACK_PRESSURED, Publication.ADMIN_ACTION
        }) {
      answer = code;
      advance(0.1);
      assertThat(message.sent()).isNotDone();
    }
    answer = 1;
    advance(0.1);

    assertThat(message.sent().join().messageId()).isEqualTo(1);
    assertThat(opened).hasSize(1);
  }

  @Test
  void aStalledReceiverIsCutOffWithAllItsMessagesAndConnectsAgain() {
    add(90, Duration.ofSeconds(9));
    advance(0);
    answer = Publication.BACK_PRESSURED;
    Outbound late = add(90, Duration.ofSeconds(2));
    Outbound other = add(90, Duration.ofSeconds(9));
    advance(1.9);
    assertThat(late.sent()).isNotDone();
    advance(0.2);

    assertFailed(
        late,
        "message of kind weights did not reach rollout-1 (127.0.0.1:4000): 0 of 100 bytes were"
            + " sent within PT2S, it does not keep up (back pressure)");
    assertFailed(other, "it was cut off: it does not keep up (back pressure)");
    assertThat(counters.numPeersCutOff()).isEqualTo(1);
    assertThat(numClosed).isEqualTo(1);

    answer = 1;
    Outbound next = add(90, Duration.ofSeconds(2));
    advance(0);
    assertThat(next.sent()).isCompleted();
    assertThat(opened).hasSize(2);
    assertThat(frames().stream().map(FrameHeader::counter).distinct()).hasSize(2);
  }

  @Test
  void aLateMessageToAReceiverThatKeepsUpFailsAlone() {
    Outbound late = add(100_000, Duration.ofSeconds(2));
    Outbound other = add(190_000, Duration.ofSeconds(9));
    advance(0);
    advance(1.9);
    advance(0.2);

    assertFailed(late, "bytes were sent within PT2S");
    assertThat(other.sent()).isNotDone();
    assertThat(counters.numPeersCutOff()).isZero();
    assertThat(numClosed).isZero();
  }

  @Test
  void codesThatAreFinalCloseTheChannel() {
    for (long code : new long[] {Publication.CLOSED, Publication.MAX_POSITION_EXCEEDED, -99}) {
      Outbound message = add(90, Duration.ofSeconds(9));
      answer = code;
      advance(0);
      assertThat(message.sent()).isCompletedExceptionally();
    }
    assertThat(numClosed).isEqualTo(3);
    answer = 1;
    Outbound message = add(90, Duration.ofSeconds(9));
    advance(0);
    assertThat(message.sent()).isCompleted();
  }

  @Test
  void anAddressThatCannotBeUsedIsNamed() {
    openingFailure = "its address cannot be used: unknown host";
    Outbound message = add(90, Duration.ofSeconds(9));
    advance(0);

    assertFailed(message, "its address cannot be used: unknown host");
  }

  @Test
  void aFullQueueRejectsMessages() {
    answer = Publication.BACK_PRESSURED;
    for (int i = 0; i < 4; i++) {
      add(90, Duration.ofSeconds(9));
    }
    Outbound rejected = add(90, Duration.ofSeconds(9));

    assertFailed(rejected, "2 messages wait for it already");
  }

  @Test
  void aChannelIsIdleAfterItsLimit() {
    add(90, Duration.ofSeconds(9));
    advance(0);
    assertThat(channel.isIdle(nowNs + 59_000_000_000L)).isFalse();
    assertThat(channel.isIdle(nowNs + 60_000_000_000L)).isTrue();
  }
}
