package io.troupe.streams.link;

import static io.troupe.streams.link.TestLinks.SMALL;
import static io.troupe.streams.link.TestLinks.bytes;
import static io.troupe.streams.link.TestLinks.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.ExclusivePublication;
import io.troupe.streams.driver.AeronConnection;
import io.troupe.streams.link.TestLinks.Inbox;
import io.troupe.streams.link.frame.FrameForge;
import io.troupe.streams.link.frame.FrameHeader;
import io.troupe.streams.link.frame.NodeHash;
import io.troupe.streams.link.frame.Rejection;
import io.troupe.streams.link.frame.RunKey;
import io.troupe.streams.link.message.LinkCounters;
import io.troupe.streams.link.message.Peer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sends hostile frames through Aeron to a link that also receives ordinary messages. */
@Timeout(120)
class HostileFramesTest {
  private static final int NUM_FRAMES = 10_000;
  private static final long SEED = 20_261_129;

  private final Random random = new Random(SEED);
  private final FrameForge honest = forge(TestLinks.KEY, TestLinks.RUN, 1, 1);

  private static FrameForge forge(
      io.troupe.streams.link.frame.FrameProtection key, long run, long incarnation, long to) {
    return new FrameForge(
        key, run, "learner-1", incarnation, 5, NodeHash.ofIncarnation("rollout-1", to));
  }

  /** A frame that must have no effect. */
  private byte[] hostileFrame(byte[] accepted, long counter) {
    byte[] body = honest.message(bytes(counter, random.nextInt(3000)));
    return switch (random.nextInt(10)) {
      case 0 -> bytes(random.nextLong(), 1 + random.nextInt(4000)); // noise
      case 1 -> accepted; // replayed
      case 2 -> flipped(whole(honest, body, counter));
      case 3 -> {
        byte[] frame = whole(honest, body, counter);
        yield Arrays.copyOf(frame, 1 + random.nextInt(frame.length - 1)); // cut off
      }
      case 4 -> Arrays.copyOf(whole(honest, body, counter), 5000); // too long
      case 5 -> whole(forge(RunKey.random(), TestLinks.RUN, 1, 1), body, counter); // other key
      case 6 -> whole(forge(TestLinks.KEY, random.nextLong(), 1, 1), body, counter); // other run
      case 7 -> whole(forge(TestLinks.KEY, TestLinks.RUN, 1, 9), body, counter); // other receiver
      case 8 -> whole(forge(TestLinks.KEY, TestLinks.RUN, 0, 1), body, counter); // old start
      default -> randomHeader(counter);
    };
  }

  private byte[] whole(FrameForge forge, byte[] message, long counter) {
    return forge.frame(SMALL.code(), 0, counter, message, 0, message.length, counter);
  }

  private byte[] flipped(byte[] frame) {
    int bit = random.nextInt(8 * frame.length);
    frame[bit / 8] ^= (byte) (1 << bit % 8);
    return frame;
  }

  /** A frame that is not authentic, with a plausible start and random fields. */
  private byte[] randomHeader(long counter) {
    byte[] frame = whole(honest, honest.message(new byte[50]), counter);
    for (int i = 0; i < 1 + random.nextInt(20); i++) {
      frame[8 + random.nextInt(FrameHeader.LENGTH - 8)] = (byte) random.nextInt();
    }
    frame[frame.length - 1] ^= 1;
    return frame;
  }

  @Test
  void tenThousandHostileFramesAreRejectedAndCountedWithoutEffect() throws Exception {
    try (Inbox inbox = Inbox.open("rollout-1", 1);
        BulkLink sender = TestLinks.sender("learner-2", System::nanoTime);
        AeronConnection raw =
            AeronConnection.embedded("troupe-test-", context -> context.mtuLength(8192));
        ExclusivePublication publication = publication(raw, inbox.link.address())) {
      byte[] accepted = whole(honest, honest.message(bytes(0, 100)), 1_000_000);
      offer(publication, accepted);
      assertThat(inbox.small.poll(60, TimeUnit.SECONDS).body()).isEqualTo(bytes(0, 100));

      for (int i = 1; i <= NUM_FRAMES; i++) {
        offer(publication, hostileFrame(accepted, 1_000_000 + i));
        if (i % 100 == 0) {
          sender.send(
              inbox.link.address(),
              message(SMALL, new byte[0], bytes(i, 2000)),
              Duration.ofSeconds(60));
          assertThat(inbox.small.poll(60, TimeUnit.SECONDS).body())
              .as("seed %d, frame %d", SEED, i)
              .isEqualTo(bytes(i, 2000));
        }
      }

      LinkCounters counters = inbox.link.counters();
      TestLinks.await("rejections", () -> counters.rejected() >= NUM_FRAMES);
      assertThat(counters.rejected()).as("seed %d", SEED).isEqualTo(NUM_FRAMES);
      assertThat(counters.numMessagesReceived()).isEqualTo(1 + NUM_FRAMES / 100);
      assertThat(inbox.small).isEmpty();
      assertThat(inbox.large).isEmpty();
      for (Rejection reason :
          new Rejection[] {
            Rejection.BAD_SIZE,
            Rejection.BAD_MAGIC,
            Rejection.OTHER_LAYOUT,
            Rejection.BAD_FIELD,
            Rejection.OTHER_RUN,
            Rejection.OTHER_RECEIVER,
            Rejection.UNKNOWN_KIND,
            Rejection.BAD_TAG,
            Rejection.OLD_INCARNATION,
            Rejection.REPLAYED
          }) {
        assertThat(counters.rejectedFor(reason)).as(reason.key()).isPositive();
      }
    }
  }

  @Test
  void aFrameInSeveralFragmentsIsRejectedFragmentByFragment() throws Exception {
    try (Inbox inbox = Inbox.open("rollout-1", 1);
        AeronConnection raw = AeronConnection.embedded("troupe-test-", context -> {});
        ExclusivePublication publication = publication(raw, inbox.link.address())) {
      byte[] body = honest.message(new byte[2000]);
      offer(publication, whole(honest, body, 1)); // the driver's datagrams have 1408 bytes

      TestLinks.await(
          "two fragments", () -> inbox.link.counters().rejectedFor(Rejection.BAD_SIZE) == 2);
      assertThat(inbox.small).isEmpty();
    }
  }

  private static ExclusivePublication publication(AeronConnection raw, Peer to) {
    return raw.aeron().addExclusivePublication("aeron:udp?endpoint=" + to.address(), 7001);
  }

  private static void offer(ExclusivePublication publication, byte[] frame) {
    UnsafeBuffer buffer = new UnsafeBuffer(frame);
    TestLinks.await("the frame is accepted", () -> publication.offer(buffer) > 0);
  }
}
