package io.troupe.rollout.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import io.troupe.rollout.service.DecodingRequest.Events;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DecoderThreadTest {
  private static final ReferenceDecoding DECODING = new ReferenceDecoding("llama3-untied", 1);
  private static final DecodingLimits LIMITS = new DecodingLimits(8, 1024, 64, 4);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @AfterAll
  static void closeModel() {
    DECODING.close();
  }

  private static DecoderThread start(CausalLM model, Duration closeTimeout) {
    return new DecoderThread(
        "decoder-under-test", model, DECODING.tokenizer(), LIMITS, closeTimeout);
  }

  private static DecodingRequest request() {
    GenerationConfig config = GenerationConfig.sampling(6, 1).withEosTokenIds(Set.of());
    var group = new GroupSpec(0, ReferenceDecoding.prompt(0, 1, 17, 4), 1, 3);
    return new DecodingRequest(group, config, Events.TOKENS);
  }

  /** A model whose forward passes wait. */
  private static CausalLM stalled(CountDownLatch started, CountDownLatch released) {
    return CountedPasses.before(
        DECODING.model(),
        () -> {
          started.countDown();
          try {
            released.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void aThreadReadsEventsOneByOne() throws InterruptedException {
    try (DecoderThread decoder = start(DECODING.model(), PATIENCE);
        DecodingStream stream = decoder.service().submit(request())) {
      StringBuilder text = new StringBuilder();
      DecodingEvent event = stream.await(PATIENCE).orElseThrow();
      while (event instanceof TokenDecoded token) {
        text.append(token.textDelta());
        event = stream.await(PATIENCE).orElseThrow();
      }
      Completion completion = ((RequestCompleted) event).group().completions().getFirst();

      assertThat(completion.text()).isEqualTo(text.toString()).hasSize(6);
      assertThat(stream.await(PATIENCE)).isEmpty();
      assertThat(decoder.service().numPasses()).isEqualTo(6);
    }
  }

  @Test
  void closingEndsTheThread() {
    DecoderThread decoder = start(DECODING.model(), PATIENCE);
    DecodingStream stream = decoder.service().submit(request());
    decoder.close();
    decoder.close();

    assertThat(decoder.hasEnded()).isTrue();
    assertThatThrownBy(() -> stream.await(PATIENCE))
        .isInstanceOf(DecodingStoppedException.class)
        .hasMessage("decoding has stopped: decoder-under-test was closed");
    stream.close();
  }

  @Test
  void aPassThatHangsEndsTheWaitAndTheCloseWithACause() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    DecoderThread decoder = start(stalled(started, released), Duration.ofMillis(20));
    DecodingStream stream = decoder.service().submit(request());
    assertThatThrownBy(() -> stream.await(Duration.ofMillis(20)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a forward pass of the decoder must end within PT0.02S, but none has");
    started.await();

    assertThatThrownBy(decoder::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "thread decoder-under-test must end within PT0.02S, but its forward pass is still"
                + " running; the model stays open");
    assertThat(decoder.hasEnded()).isFalse();
    released.countDown();
    while (!decoder.hasEnded()) {
      Thread.onSpinWait();
    }
  }
}
