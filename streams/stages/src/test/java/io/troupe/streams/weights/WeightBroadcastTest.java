package io.troupe.streams.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aeron.DirectBufferVector;
import io.aeron.Publication;
import io.troupe.nn.lm.CausalLM;
import io.troupe.streams.TinyPolicy;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the real transport on this machine and injects faults between sender and transport. */
@Timeout(60)
class WeightBroadcastTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Engine engine = Engine.of(CpuBackend.create(1));
  private final WeightLink link = WeightLink.launch(1 << 20);
  private CausalLM learner;
  private CausalLM rollout;

  @BeforeEach
  void open() {
    learner = TinyPolicy.random(engine, 1);
    rollout = TinyPolicy.random(engine, 2);
  }

  @AfterEach
  void close() {
    link.close();
    engine.close();
  }

  /** A sink that forwards to the sink of the link. Tests override it to inject faults. */
  private static class FaultySink implements FrameSink {
    final FrameSink next;
    final AtomicInteger numOffered = new AtomicInteger();
    final AtomicInteger numAccepted = new AtomicInteger();

    FaultySink(FrameSink next) {
      this.next = next;
    }

    @Override
    public long offer(DirectBufferVector[] frame) {
      numOffered.incrementAndGet();
      long result = next.offer(frame);
      if (result > 0) {
        numAccepted.incrementAndGet();
      }
      return result;
    }

    @Override
    public int maxFrameLength() {
      return 1064;
    }

    @Override
    public int maxMessageLength() {
      return next.maxMessageLength();
    }

    @Override
    public void close() {
      next.close();
    }
  }

  private WeightBroadcast broadcast(Duration deadline, UnaryOperator<FrameSink> fault) {
    return new WeightBroadcast(
        streamId -> fault.apply(link.sink(streamId)), WeightSet.of(learner), deadline);
  }

  private static Delivery awaitEnd(WeightReceiver receiver) {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      assertThat(System.nanoTime()).as("a delivery ends within 30 s").isLessThan(endNs);
      receiver.poll(100);
      switch (receiver.delivery()) {
        case Delivery.Complete complete -> {
          return complete;
        }
        case Delivery.Damaged damaged -> {
          return damaged;
        }
        case Delivery.Idle _, Delivery.Arriving _ -> Thread.onSpinWait();
      }
    }
  }

  private static long get(java.util.concurrent.CompletionStage<Long> sent) throws Exception {
    return sent.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void deliversVersionsBitForBit() throws Exception {
    try (WeightBroadcast broadcast = WeightBroadcast.over(link, learner, LONG);
        WeightReceiver receiver = link.receiver(1, rollout)) {
      for (long version = 0; version < 3; version++) {
        learner.namedParameters().values().iterator().next().filli(version);
        broadcast.publish(version);
        var sent = broadcast.send(1, "rollout-1");

        assertThat(awaitEnd(receiver)).isEqualTo(new Delivery.Complete(version));
        assertThat(receiver.swap()).isEqualTo(version);
        assertThat(get(sent)).isEqualTo(version);
        assertThat(TinyPolicy.fingerprint(rollout)).isEqualTo(TinyPolicy.fingerprint(learner));
      }
    }
  }

  @Test
  void weightsDoNotChangeBeforeTheirTransferHasEnded() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    UnaryOperator<FrameSink> reportsFirst =
        sink ->
            new FaultySink(sink) {
              @Override
              public long offer(DirectBufferVector[] frame) {
                begun.countDown();
                return super.offer(frame);
              }
            };
    try (WeightBroadcast broadcast = broadcast(LONG, reportsFirst);
        WeightReceiver receiver = link.receiver(1, rollout)) {
      int published = TinyPolicy.fingerprint(learner);
      broadcast.publish(4);
      CompletableFuture<Delivery> received =
          CompletableFuture.supplyAsync(() -> awaitEnd(receiver));
      broadcast.send(1, "rollout-1");
      begun.await();
      broadcast.beginUpdate();
      learner.namedParameters().values().iterator().next().filli(9);

      assertThat(received.get()).isEqualTo(new Delivery.Complete(4));
      assertThat(TinyPolicy.fingerprint(rollout)).isEqualTo(published);
    }
  }

  @Test
  void aTransferRequestedDuringAnUpdateSendsTheNextVersion() throws Exception {
    try (WeightBroadcast broadcast = WeightBroadcast.over(link, learner, LONG);
        WeightReceiver receiver = link.receiver(1, rollout)) {
      broadcast.publish(4);
      broadcast.beginUpdate();
      broadcast.send(1, "rollout-1");
      Tensor first = learner.namedParameters().values().iterator().next();
      for (int i = 0; i < 50; i++) { // a transfer that did not wait would send a mixture
        first.filli(i);
        receiver.poll(100);
      }
      assertThat(receiver.delivery()).isEqualTo(new Delivery.Idle());
      broadcast.publish(5);

      assertThat(awaitEnd(receiver)).isEqualTo(new Delivery.Complete(5));
      assertThat(TinyPolicy.fingerprint(rollout)).isEqualTo(TinyPolicy.fingerprint(learner));
    }
  }

  @Test
  void weightsArriveInPackedStorageBitForBit() throws Exception {
    try (WeightBroadcast broadcast = WeightBroadcast.over(link, learner, LONG);
        WeightReceiver receiver = link.receiver(1, rollout)) {
      int[] ids = {1, 2, 3, 5, 8};
      rollout.storePacked();
      broadcast.publish(1);
      broadcast.send(1, "rollout-1");
      awaitEnd(receiver);
      receiver.swap();

      assertThat(logits(rollout, ids)).isEqualTo(logits(learner, ids));
    }
  }

  private float[] logits(CausalLM model, int... ids) {
    try (Scope _ = engine.open("logits");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      return model.forward(Tensor.of(ids, 1, ids.length)).toFloats();
    }
  }

  @Test
  void servesSeveralReceiversAtOnce() throws Exception {
    CausalLM second = TinyPolicy.random(engine, 3);
    try (WeightBroadcast broadcast = WeightBroadcast.over(link, learner, LONG);
        WeightReceiver one = link.receiver(1, rollout);
        WeightReceiver two = link.receiver(2, second)) {
      broadcast.publish(1);
      broadcast.send(1, "rollout-1");
      broadcast.send(2, "rollout-2");

      assertThat(awaitEnd(two)).isEqualTo(new Delivery.Complete(1));
      assertThat(awaitEnd(one)).isEqualTo(new Delivery.Complete(1));
    }
  }

  @Test
  void recoversFromDamagedFrameByResending() throws Exception {
    AtomicBoolean isDamaged = new AtomicBoolean();
    UnaryOperator<FrameSink> damagesTenth =
        sink ->
            new FaultySink(sink) {
              @Override
              public long offer(DirectBufferVector[] frame) {
                if (numAccepted.get() == 10 && isDamaged.compareAndSet(false, true)) {
                  byte[] body = new byte[frame[1].length()];
                  frame[1].buffer().getBytes(frame[1].offset(), body);
                  body[body.length / 2] ^= 4;
                  frame[1].reset(new UnsafeBuffer(body), 0, body.length);
                }
                return super.offer(frame);
              }
            };
    try (WeightBroadcast broadcast = broadcast(LONG, damagesTenth);
        WeightReceiver receiver = link.receiver(1, rollout)) {
      broadcast.publish(1);
      broadcast.send(1, "rollout-1");
      assertThat(awaitEnd(receiver).toString()).contains("checksum");

      broadcast.send(1, "rollout-1");
      while (receiver.delivery() instanceof Delivery.Damaged) {
        receiver.poll(1);
      }
      assertThat(awaitEnd(receiver)).isEqualTo(new Delivery.Complete(1));
    }
  }

  @Test
  void lostFrameIsDetected() throws Exception {
    UnaryOperator<FrameSink> losesTenth =
        sink ->
            new FaultySink(sink) {
              @Override
              public long offer(DirectBufferVector[] frame) {
                return numAccepted.get() == 10 ? numAccepted.incrementAndGet() : super.offer(frame);
              }
            };
    try (WeightBroadcast broadcast = broadcast(LONG, losesTenth);
        WeightReceiver receiver = link.receiver(1, rollout)) {
      broadcast.publish(1);
      broadcast.send(1, "rollout-1");

      assertThat(awaitEnd(receiver).toString()).contains("frames are missing");
    }
  }

  @Test
  void retriesOnBackPressureAndLogRotation() throws Exception {
    UnaryOperator<FrameSink> hesitates =
        sink ->
            new FaultySink(sink) {
              @Override
              public long offer(DirectBufferVector[] frame) {
                return switch (numOffered.get() % 5) {
                  case 1 -> refuse(Publication.BACK_PRESSURED);
                  case 3 -> refuse(Publication.ADMIN_ACTION);
                  default -> super.offer(frame);
                };
              }

              private long refuse(long code) {
                numOffered.incrementAndGet();
                return code;
              }
            };
    try (WeightBroadcast broadcast = broadcast(LONG, hesitates);
        WeightReceiver receiver = link.receiver(1, rollout)) {
      broadcast.publish(1);
      broadcast.send(1, "rollout-1");

      assertThat(awaitEnd(receiver)).isEqualTo(new Delivery.Complete(1));
    }
  }

  @Test
  void reportsMissingReceiverAfterTheDeadline() throws Exception {
    try (WeightBroadcast broadcast = WeightBroadcast.over(link, learner, Duration.ofMillis(20))) {
      broadcast.publish(1);

      assertThatThrownBy(() -> get(broadcast.send(1, "rollout-1")))
          .isInstanceOf(ExecutionException.class)
          .rootCause()
          .isInstanceOf(WeightTransportException.class)
          .hasMessageContaining("policy version 1 did not reach rollout-1")
          .hasMessageContaining("it is not listening");
    }
  }

  @Test
  void reportsSlowReceiverAfterTheDeadline() throws Exception {
    UnaryOperator<FrameSink> stuck =
        sink ->
            new FaultySink(sink) {
              @Override
              public long offer(DirectBufferVector[] frame) {
                return numOffered.get() < 3 ? super.offer(frame) : Publication.BACK_PRESSURED;
              }
            };
    try (WeightBroadcast broadcast = broadcast(Duration.ofMillis(20), stuck);
        WeightReceiver receiver = link.receiver(1, rollout)) {
      broadcast.publish(1);

      assertThatThrownBy(() -> get(broadcast.send(1, "rollout-1")))
          .rootCause()
          .hasMessageContaining("it does not keep up (back pressure)");
      assertThat(receiver.delivery()).isNotInstanceOf(Delivery.Complete.class);
    }
  }

  @Test
  void closedPublicationAndLastPositionAreFinal() throws Exception {
    for (long code : new long[] {Publication.CLOSED, Publication.MAX_POSITION_EXCEEDED}) {
      UnaryOperator<FrameSink> ended =
          sink ->
              new FaultySink(sink) {
                @Override
                public long offer(DirectBufferVector[] frame) {
                  return code;
                }
              };
      try (WeightBroadcast broadcast = broadcast(LONG, ended)) {
        broadcast.publish(1);

        assertThatThrownBy(() -> get(broadcast.send(1, "rollout-1")))
            .rootCause()
            .isInstanceOf(WeightTransportException.class)
            .hasMessageContaining("policy version 1 cannot be sent to rollout-1");
      }
    }
  }

  @Test
  void restartedReceiverOnAnotherStreamGetsTheNewestVersion() throws Exception {
    try (WeightBroadcast broadcast = WeightBroadcast.over(link, learner, LONG)) {
      broadcast.publish(3);
      try (WeightReceiver dies = link.receiver(1, rollout)) {
        broadcast.send(1, "rollout-1");
        assertThat(awaitEnd(dies)).isEqualTo(new Delivery.Complete(3));
      }
      broadcast.forget(1);
      CausalLM fresh = TinyPolicy.random(engine, 9);
      try (WeightReceiver again = link.receiver(2, fresh)) {
        broadcast.send(2, "rollout-1");
        assertThat(awaitEnd(again)).isEqualTo(new Delivery.Complete(3));
        again.swap();
        assertThat(TinyPolicy.fingerprint(fresh)).isEqualTo(TinyPolicy.fingerprint(learner));
      }
    }
  }

  @Test
  void closeReportsASinkThatDoesNotReturnWithinTheLimit() throws Exception {
    CountDownLatch offered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    WeightBroadcast broadcast =
        broadcast(
            LONG,
            next ->
                new FaultySink(next) {
                  @Override
                  public long offer(DirectBufferVector[] frame) {
                    offered.countDown();
                    awaitUninterruptibly(release);
                    return super.offer(frame);
                  }
                });
    broadcast.publish(1);
    broadcast.send(1, "rollout-1");
    offered.await();

    assertThat(broadcast.close(Duration.ofMillis(50))).isFalse();
    release.countDown();
    assertThat(broadcast.close(LONG)).isTrue();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        continue; // ignores interrupts
      }
    }
  }

  @Test
  void closingFailsPendingTransfers() throws Exception {
    CompletableFuture<Long> sent;
    try (WeightBroadcast broadcast = WeightBroadcast.over(link, learner, LONG)) {
      broadcast.publish(1);
      sent = broadcast.send(1, "rollout-1").toCompletableFuture();
    }
    assertThatThrownBy(() -> get(sent)).rootCause().hasMessageContaining("closed");
  }
}
