package io.troupe.streams.link;

import static io.troupe.streams.link.TestLinks.LARGE;
import static io.troupe.streams.link.TestLinks.SMALL;
import static io.troupe.streams.link.TestLinks.bytes;
import static io.troupe.streams.link.TestLinks.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.streams.driver.AeronConnection;
import io.troupe.streams.link.TestLinks.Body;
import io.troupe.streams.link.TestLinks.Inbox;
import io.troupe.streams.link.frame.FrameProtection;
import io.troupe.streams.link.frame.Rejection;
import io.troupe.streams.link.frame.RunKey;
import io.troupe.streams.link.message.BulkTransportException;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.Message;
import io.troupe.streams.link.message.Payload;
import io.troupe.streams.link.message.Peer;
import io.troupe.streams.link.message.ReceivedMessage;
import io.troupe.streams.link.message.Route;
import io.troupe.streams.link.message.Sent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs links with drivers of their own on this machine, over UDP. */
@Timeout(120)
class BulkLinkTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final byte[] NONE = {};

  private final AtomicLong clock = new AtomicLong();
  private final BulkLink sender = TestLinks.sender("learner-1", clock::get);
  private final Inbox inbox = Inbox.open("rollout-1", 1);

  @AfterEach
  void close() {
    sender.close();
    inbox.close();
  }

  private static Sent get(CompletionStage<Sent> sent) throws Exception {
    return sent.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Test
  void messagesOfAllSizesArriveInOrderAndBitForBit() throws Exception {
    Random random = new Random(3);
    for (int i = 0; i < 40; i++) {
      int length =
          switch (i) {
            case 0 -> 0;
            case 1 -> 1;
            default -> i < 12 ? 65_335 + i : random.nextInt(1 << 20);
          };
      int cut = random.nextInt(length + 1);
      byte[] body = bytes(i, length);
      sender.send(
          inbox.link.address(),
          message(
              SMALL,
              bytes(i, 8),
              Arrays.copyOfRange(body, 0, cut),
              Arrays.copyOfRange(body, cut, length)),
          LONG);

      ReceivedMessage received = inbox.small.poll(60, TimeUnit.SECONDS);
      assertThat(received.body()).as("seed 3, message %d", i).isEqualTo(body);
      assertThat(received.header().attributes()).isEqualTo(bytes(i, 8));
      assertThat(received.header().sender()).isEqualTo("learner-1");
      assertThat(received.header().messageId()).isEqualTo(i + 1);
    }
    assertThat(inbox.link.counters().rejected()).isZero();
  }

  @Test
  void aHundredMegabytesAreWrittenToTheirDestination() throws Exception {
    byte[] body = bytes(1, 100 << 20);
    Sent sent = get(sender.send(inbox.link.address(), message(LARGE, NONE, body), LONG));

    Body received = inbox.large.poll(60, TimeUnit.SECONDS);
    assertThat(Arrays.equals(received.bytes, body)).isTrue();
    assertThat(sent.bodyBytes()).isEqualTo(body.length);
  }

  @Test
  void aSmallMessageDoesNotWaitForALargeOne() throws Exception {
    byte[] body = bytes(1, 64 << 20);
    var large = sender.send(inbox.link.address(), message(LARGE, NONE, body), LONG);
    for (int i = 0; i < 5; i++) {
      sender.send(inbox.link.address(), message(SMALL, NONE, bytes(i, 1000)), LONG);
    }
    for (int i = 0; i < 5; i++) {
      assertThat(inbox.small.poll(60, TimeUnit.SECONDS).body()).isEqualTo(bytes(i, 1000));
    }
    assertThat(inbox.large).isEmpty();
    get(large);
    assertThat(Arrays.equals(inbox.large.poll(60, TimeUnit.SECONDS).bytes, body)).isTrue();
  }

  @Test
  void aStalledReceiverIsCutOffAtItsDeadlineAndDelaysNoOther() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Route blocks =
        new Route.Assembled(
            1 << 20,
            message -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try (BulkLink stalled =
        BulkLink.open(
            TestLinks.settings("rollout-2", 1, System::nanoTime),
            Map.of(SMALL, blocks, LARGE, new Route.Streamed(TestLinks.LARGEST, null)))) {
      byte[] body = bytes(1, 40 << 20);
      get(sender.send(stalled.address(), message(SMALL, NONE), LONG));
      CompletionStage<Sent> never =
          sender.send(stalled.address(), message(LARGE, NONE, body), Duration.ofSeconds(5));

      get(sender.send(inbox.link.address(), message(LARGE, NONE, body), LONG));
      assertThat(Arrays.equals(inbox.large.poll(60, TimeUnit.SECONDS).bytes, body)).isTrue();
      assertThat(never.toCompletableFuture()).isNotDone();

      clock.addAndGet(Duration.ofSeconds(5).toNanos());
      assertThatThrownBy(() -> get(never))
          .rootCause()
          .isInstanceOf(BulkTransportException.class)
          .hasMessageContaining("message of kind large did not reach rollout-2 (127.0.0.1:")
          .hasMessageContaining("bytes were sent within PT5S, it does not keep up");
      TestLinks.await("cut off", () -> sender.counters().numPeersCutOff() == 1);
      release.countDown();
    }
  }

  @Test
  void aKilledReceiverFailsAtTheDeadlineAndANewStartOfItReceives() throws Exception {
    Peer killed;
    try (Inbox first = Inbox.open("rollout-2", 1)) {
      killed = first.link.address();
      get(sender.send(killed, message(SMALL, NONE, bytes(1, 10)), LONG));
      assertThat(first.small.poll(60, TimeUnit.SECONDS).body()).isEqualTo(bytes(1, 10));
    }
    CompletionStage<Sent> lost =
        sender.send(killed, message(LARGE, NONE, bytes(2, 40 << 20)), Duration.ofSeconds(3));
    clock.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThatThrownBy(() -> get(lost)).rootCause().hasMessageContaining("rollout-2");

    try (Inbox second = Inbox.open("rollout-2", 2)) {
      get(sender.send(second.link.address(), message(SMALL, NONE, bytes(3, 10)), LONG));
      assertThat(second.small.poll(60, TimeUnit.SECONDS).body()).isEqualTo(bytes(3, 10));
    }
    assertThatThrownBy(() -> get(sender.send(killed, message(SMALL, NONE), LONG)))
        .rootCause()
        .hasMessageContaining("it has been restarted since");
  }

  @Test
  void aMessageToNobodyFailsAtItsDeadline() {
    Peer nobody = new Peer("rollout-9", 1, "127.0.0.1", 9);
    var sent = sender.send(nobody, message(SMALL, NONE), Duration.ofSeconds(1));
    clock.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThatThrownBy(() -> get(sent))
        .rootCause()
        .hasMessageContaining("0 of 10 bytes were sent within PT1S");
  }

  @Test
  void aPartlySentMessageFailsAtTheReceiverWhenItsSenderIsGone() throws Exception {
    Inbox patient = new Inbox(TestLinks.settings("rollout-4", 1, () -> 0)); // no time passes
    BulkLink dying = TestLinks.sender("learner-2", System::nanoTime);
    CountDownLatch begun = new CountDownLatch(1);
    Payload endless =
        new Payload() {
          @Override
          public long sizeBytes() {
            return 100 << 20;
          }

          @Override
          public void read(long offset, java.lang.foreign.MemorySegment target) {
            if (offset > 1 << 20) {
              begun.countDown();
              throw new IllegalStateException("the memory is closed");
            }
          }
        };
    var sent = dying.send(patient.link.address(), new Message(LARGE, 0, NONE, endless), LONG);
    begun.await();

    assertThatThrownBy(() -> get(sent)).rootCause().hasMessageContaining("the memory is closed");
    dying.close();
    assertThat(patient.failures.poll(60, TimeUnit.SECONDS)).isEqualTo("its sender has gone");
    assertThat(patient.link.counters().rejectedFor(Rejection.INCOMPLETE)).isEqualTo(1);
    patient.close();
  }

  @Test
  void aNodeWithoutTheKeyOrOfAnotherRunHasNoEffect() throws Exception {
    LinkSettings own = TestLinks.settings("learner-3", 1, System::nanoTime);
    try (BulkLink otherKey =
            BulkLink.open(
                LinkSettings.of(own.identity(), RunKey.random(), "127.0.0.1", 0), Map.of());
        BulkLink noKey =
            BulkLink.open(
                LinkSettings.of(own.identity(), FrameProtection.checksums(), "127.0.0.1", 0),
                Map.of());
        BulkLink otherRun =
            BulkLink.open(
                LinkSettings.of(
                    new LinkIdentity(TestLinks.RUN + 1, "learner-3", 1),
                    TestLinks.KEY,
                    "127.0.0.1",
                    0),
                Map.of())) {
      for (BulkLink foreign : new BulkLink[] {otherKey, noKey, otherRun}) {
        get(foreign.send(inbox.link.address(), message(SMALL, NONE, bytes(1, 99)), LONG));
      }
      var counters = inbox.link.counters();
      TestLinks.await("three rejections", () -> counters.rejected() == 3);
      assertThat(counters.rejectedFor(Rejection.BAD_TAG)).isEqualTo(2);
      assertThat(counters.rejectedFor(Rejection.OTHER_RUN)).isEqualTo(1);
      assertThat(inbox.small).isEmpty();
    }
  }

  @Test
  void messagesOfAnOldEpochAreRejected() throws Exception {
    inbox.link.raiseEpoch(5);
    inbox.link.raiseEpoch(3); // never falls
    Payload body = Payload.copyOf(bytes(1, 10));
    get(sender.send(inbox.link.address(), new Message(SMALL, 4, NONE, body), LONG));
    get(sender.send(inbox.link.address(), new Message(SMALL, 5, NONE, body), LONG));

    assertThat(inbox.small.poll(60, TimeUnit.SECONDS).header().epoch()).isEqualTo(5);
    assertThat(inbox.link.counters().rejectedFor(Rejection.OLD_EPOCH)).isEqualTo(1);
  }

  @Test
  void messagesAboveTheSizeOfTheirKindAreRejectedAtTheirFirstFrame() throws Exception {
    get(sender.send(inbox.link.address(), message(SMALL, NONE, bytes(1, 3 << 20)), LONG));
    get(sender.send(inbox.link.address(), message(SMALL, NONE, bytes(1, 1 << 20)), LONG));

    assertThat(inbox.small.poll(60, TimeUnit.SECONDS).body()).hasSize(1 << 20);
    assertThat(inbox.link.counters().rejectedFor(Rejection.TOO_LARGE)).isEqualTo(1);
    assertThat(inbox.link.counters().rejectedFor(Rejection.NO_MESSAGE)).isPositive();
  }

  @Test
  void severalLinksCanUseTheDriverOfAnotherProcess() throws Exception {
    try (AeronConnection driver = AeronConnection.embedded("troupe-test-", context -> {})) {
      Path folder = Path.of(driver.aeron().context().aeronDirectoryName());
      try (BulkLink from = BulkLink.open(external("learner-5", folder), Map.of());
          Inbox to = new Inbox(external("rollout-5", folder))) {
        byte[] body = bytes(1, 20 << 20);
        get(from.send(to.link.address(), message(LARGE, NONE, body), LONG));

        assertThat(Arrays.equals(to.large.poll(60, TimeUnit.SECONDS).bytes, body)).isTrue();
      }
    }
  }

  private static LinkSettings external(String name, Path folder) {
    LinkSettings own = TestLinks.settings(name, 1, System::nanoTime);
    return new LinkSettings(
        own.identity(),
        own.protection(),
        own.host(),
        own.port(),
        Optional.of(folder),
        own.limits(),
        own.nanoTime());
  }

  @Test
  void aUsedPortIsNamed() {
    LinkSettings used =
        LinkSettings.of(
            new LinkIdentity(1, "rollout-3", 1),
            TestLinks.KEY,
            "127.0.0.1",
            inbox.link.address().port());
    assertThatThrownBy(() -> BulkLink.open(used, Map.of()))
        .isInstanceOf(BulkTransportException.class)
        .hasMessageContaining("the address of the bulk transport must be free")
        .hasMessageContaining("127.0.0.1:" + inbox.link.address().port());
  }
}
