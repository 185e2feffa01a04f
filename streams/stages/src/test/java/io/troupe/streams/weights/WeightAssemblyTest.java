package io.troupe.streams.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.DirectBufferVector;
import io.troupe.nn.lm.CausalLM;
import io.troupe.streams.TinyPolicy;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeightAssemblyTest {
  private final Engine engine = Engine.of(CpuBackend.create(1));
  private CausalLM learner;
  private CausalLM rollout;
  private WeightAssembly assembly;

  @BeforeEach
  void open() {
    learner = TinyPolicy.random(engine, 1);
    rollout = TinyPolicy.random(engine, 2);
    assembly = new WeightAssembly(WeightSet.of(rollout));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /** The frames of a version, as a sink receives them. */
  private List<byte[]> frames(CausalLM model, long policyVersion) {
    List<byte[]> frames = new ArrayList<>();
    FrameSink sink =
        new FrameSink() {
          @Override
          public long offer(DirectBufferVector[] parts) {
            byte[] frame = new byte[parts[0].length() + parts[1].length()];
            parts[0].buffer().getBytes(parts[0].offset(), frame, 0, parts[0].length());
            parts[1]
                .buffer()
                .getBytes(parts[1].offset(), frame, parts[0].length(), parts[1].length());
            frames.add(frame);
            return 1;
          }

          @Override
          public int maxFrameLength() {
            return 1064; // so that most tensors take several frames
          }

          @Override
          public int maxMessageLength() {
            return 16 << 10;
          }

          @Override
          public void close() {}
        };
    WeightTransfer transfer =
        new WeightTransfer("rollout-1", sink, WeightSet.of(model), policyVersion);
    transfer.advance();
    assertThat(transfer.isDone()).isTrue();
    return frames;
  }

  private void accept(byte[] frame) {
    assembly.accept(new UnsafeBuffer(frame), 0, frame.length);
  }

  private void acceptAll(List<byte[]> frames) {
    frames.forEach(this::accept);
  }

  @Test
  void assemblesVersionBitForBit() {
    List<byte[]> frames = frames(learner, 7);
    acceptAll(frames.subList(0, frames.size() - 1));

    assertThat(assembly.isWhole()).isFalse();
    assertThat(TinyPolicy.fingerprint(rollout)).isNotEqualTo(TinyPolicy.fingerprint(learner));
    accept(frames.getLast());

    assertThat(assembly.delivery()).isEqualTo(new Delivery.Complete(7));
    assertThat(assembly.isWhole()).isTrue();
    assertThat(TinyPolicy.fingerprint(rollout)).isEqualTo(TinyPolicy.fingerprint(learner));
  }

  @Test
  void reportsProgress() {
    List<byte[]> frames = frames(learner, 7);
    long total = WeightSet.of(rollout).manifest().totalBytes();

    assertThat(assembly.delivery()).isEqualTo(new Delivery.Idle());
    accept(frames.get(0));
    assertThat(assembly.delivery()).isEqualTo(new Delivery.Arriving(7, 0, total));
    accept(frames.get(1));
    assertThat(assembly.delivery()).isEqualTo(new Delivery.Arriving(7, 1000, total));
  }

  @Test
  void detectsDamagedByte() {
    List<byte[]> frames = frames(learner, 7);
    frames.get(5)[200] ^= 1;
    acceptAll(frames);

    assertThat(assembly.delivery()).isInstanceOf(Delivery.Damaged.class);
    assertThat(assembly.delivery().toString()).contains("checksum");
    assertThat(assembly.isWhole()).isFalse(); // earlier frames have been written
  }

  @Test
  void detectsMissingFrame() {
    List<byte[]> frames = frames(learner, 7);
    frames.remove(4);
    acceptAll(frames);

    assertThat(assembly.delivery().toString())
        .contains("the next frame of policy version 7 must be 4, got 5; frames are missing");
  }

  @Test
  void detectsFramesOutOfOrder() {
    List<byte[]> frames = frames(learner, 7);
    frames.add(4, frames.get(2));
    acceptAll(frames);

    assertThat(assembly.delivery().toString()).contains("frames are out of order");
  }

  @Test
  void detectsFrameOfAnotherVersion() {
    List<byte[]> frames = frames(learner, 7);
    frames.set(3, frames(learner, 6).get(3));
    acceptAll(frames);

    assertThat(assembly.delivery().toString())
        .contains("a frame within policy version 7 must have that version, got 6");
  }

  @Test
  void restartsWhenVersionIsSentAgain() {
    acceptAll(frames(learner, 7).subList(0, 9));
    acceptAll(frames(learner, 7));

    assertThat(assembly.delivery()).isEqualTo(new Delivery.Complete(7));
  }

  @Test
  void recoversFromDamageWhenVersionIsSentAgain() {
    List<byte[]> frames = frames(learner, 7);
    frames.remove(4);
    acceptAll(frames);
    acceptAll(frames(learner, 7));

    assertThat(assembly.delivery()).isEqualTo(new Delivery.Complete(7));
    assertThat(assembly.numPassedOver()).isPositive();
  }

  @Test
  void skipsVersionThatIsNotNewer() {
    acceptAll(frames(learner, 7));
    assembly.swapped(7);
    acceptAll(frames(learner, 6));
    acceptAll(frames(learner, 7));

    assertThat(assembly.delivery()).isEqualTo(new Delivery.Idle());
    assertThat(assembly.numPassedOver()).isEqualTo(2L * frames(learner, 7).size());
  }

  @Test
  void skipsRestOfTransferJoinedMidway() {
    List<byte[]> frames = frames(learner, 7);
    acceptAll(frames.subList(5, frames.size()));
    assertThat(assembly.delivery()).isEqualTo(new Delivery.Idle());

    acceptAll(frames(learner, 8));
    assertThat(assembly.delivery()).isEqualTo(new Delivery.Complete(8));
  }

  @Test
  void rejectsWeightsOfAnotherModel() {
    CausalLM other =
        io.troupe.nn.llama.LlamaModel.random(
            io.troupe.nn.llama.LlamaConfig.builder()
                .vocabSize(65)
                .hiddenSize(32)
                .intermediateSize(48)
                .numHiddenLayers(1)
                .numAttentionHeads(2)
                .maxPositionEmbeddings(16)
                .build(),
            engine,
            1);
    acceptAll(frames(other, 7));

    assertThat(assembly.delivery().toString())
        .contains("must have the tensors of the model here, got others");
  }
}
