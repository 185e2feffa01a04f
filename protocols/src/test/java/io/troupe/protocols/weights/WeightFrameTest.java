package io.troupe.protocols.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class WeightFrameTest {
  private static final WeightFrame FRAME =
      new WeightFrame(WeightFrame.Kind.CHUNK, 7, 0x1234L, 3, 4096, 1L << 40, 9, 100);

  private static UnsafeBuffer encoded(ByteBuffer store) {
    byte[] payload = new byte[100];
    new Random(1).nextBytes(payload);
    UnsafeBuffer buffer = new UnsafeBuffer(store);
    FRAME.encode(buffer, ByteBuffer.wrap(payload));
    buffer.putBytes(WeightFrame.HEADER_LENGTH, payload);
    return buffer;
  }

  @Test
  void frameIsDecodedAsEncoded() {
    for (ByteBuffer store : List.of(ByteBuffer.allocate(164), ByteBuffer.allocateDirect(164))) {
      assertThat(WeightFrame.decode(encoded(store), 0, 164)).isEqualTo(FRAME);
    }
  }

  @Test
  void everyFlippedBitIsDetected() {
    UnsafeBuffer buffer = encoded(ByteBuffer.allocate(164));
    for (int bit = 0; bit < 164 * 8; bit++) {
      if (bit / 8 >= 60 && bit / 8 < 64) {
        continue; // reserved
      }
      buffer.putByte(bit / 8, (byte) (buffer.getByte(bit / 8) ^ 1 << bit % 8));
      int flipped = bit;
      assertThatThrownBy(() -> WeightFrame.decode(buffer, 0, 164))
          .as("bit " + flipped)
          .isInstanceOf(FrameFormatException.class);
      buffer.putByte(bit / 8, (byte) (buffer.getByte(bit / 8) ^ 1 << bit % 8));
    }
  }

  @Test
  void truncatedFrameIsRejected() {
    UnsafeBuffer buffer = encoded(ByteBuffer.allocate(164));
    for (int length : new int[] {0, 1, 63, 64, 163}) {
      assertThatThrownBy(() -> WeightFrame.decode(buffer, 0, length))
          .isInstanceOf(FrameFormatException.class);
    }
  }

  @Test
  void manifestIsDecodedAsEncoded() {
    WeightManifest manifest = manifest();
    assertThat(WeightManifest.decode(manifest.encode())).isEqualTo(manifest);
    assertThat(manifest.totalBytes()).isEqualTo(28);
  }

  @Test
  void truncatedManifestOrTooLargeCountIsRejected() {
    byte[] bytes = manifest().encode();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> WeightManifest.decode(cut)).isInstanceOf(FrameFormatException.class);
    }
    bytes[1] = 1; // 258 tensors
    assertThatThrownBy(() -> WeightManifest.decode(bytes)).hasMessageContaining("tensors, got 258");
  }

  @Test
  void hashDependsOnNamesTypesShapesAndOrder() {
    WeightManifest.Entry a = new WeightManifest.Entry("a", "FLOAT32", List.of(2, 3), 24);
    WeightManifest.Entry b = new WeightManifest.Entry("b", "FLOAT32", List.of(1), 4);
    WeightManifest.Entry renamed = new WeightManifest.Entry("c", "FLOAT32", List.of(1), 4);
    WeightManifest.Entry transposed = new WeightManifest.Entry("a", "FLOAT32", List.of(3, 2), 24);
    assertThat(
            List.of(
                new WeightManifest(List.of(a, b)).hash(),
                new WeightManifest(List.of(b, a)).hash(),
                new WeightManifest(List.of(a, renamed)).hash(),
                new WeightManifest(List.of(transposed, b)).hash()))
        .doesNotHaveDuplicates();
  }

  private static WeightManifest manifest() {
    return new WeightManifest(
        List.of(
            new WeightManifest.Entry("model.norm.weight", "FLOAT32", List.of(2, 3), 24),
            new WeightManifest.Entry("b", "FLOAT32", List.of(), 4)));
  }
}
