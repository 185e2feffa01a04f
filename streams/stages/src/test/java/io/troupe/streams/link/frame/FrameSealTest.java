package io.troupe.streams.link.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameSealTest {
  private static final RunKey KEY = RunKey.of(new byte[RunKey.LENGTH]);
  private final Random random = new Random(7);

  private static FrameHeader header(long counter, int length) {
    return new FrameHeader(3, 11, 12, 13, 14, 15, 2, 17, length, 0, counter, length, 1);
  }

  private byte[] payload(int length) {
    byte[] payload = new byte[length];
    random.nextBytes(payload);
    return payload;
  }

  private static byte[] sealed(FrameSeal seal, FrameHeader header, byte[] payload) {
    byte[] frame = new byte[FrameHeader.OVERHEAD + payload.length];
    header.encode(frame);
    seal.seal(frame, header.counter(), payload, payload.length);
    return frame;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 1000, 65_360})
  void opensWhatItHasSealed(int length) throws Exception {
    for (FrameProtection protection : new FrameProtection[] {KEY, FrameProtection.checksums()}) {
      byte[] payload = payload(length);
      byte[] frame = sealed(protection.seal(12, 13, 14, 15), header(5, length), payload);

      FrameHeader decoded = FrameHeader.decode(frame, frame.length);
      byte[] opened = new byte[length];
      protection.seal(12, 13, 14, 15).open(frame, decoded.counter(), opened, length);

      assertThat(decoded).isEqualTo(header(5, length));
      assertThat(opened).isEqualTo(payload);
    }
  }

  @Test
  void anyChangedBitIsDetected() {
    for (FrameProtection protection : new FrameProtection[] {KEY, FrameProtection.checksums()}) {
      byte[] payload = payload(40);
      byte[] frame = sealed(protection.seal(12, 13, 14, 15), header(5, 40), payload);
      FrameSeal seal = protection.seal(12, 13, 14, 15);
      for (int bit = 0; bit < 8 * (frame.length - 12); bit++) { // a checksum has 4 bytes of 16
        byte[] damaged = frame.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        assertThatThrownBy(() -> seal.open(damaged, 5, new byte[40], 40))
            .as("bit %d", bit)
            .isInstanceOf(RejectedFrameException.class)
            .hasMessage("frame rejected: bad_tag");
      }
    }
  }

  @Test
  void aPayloadIsEncrypted() {
    byte[] payload = new byte[64];
    byte[] frame = sealed(KEY.seal(12, 13, 14, 15), header(5, 64), payload);

    assertThat(HexFormat.of().formatHex(frame, FrameHeader.LENGTH, FrameHeader.LENGTH + 64))
        .doesNotContain("00000000");
  }

  @Test
  void eachPairOfNodesAndEachStartHasAKeyOfItsOwn() {
    byte[] frame = sealed(KEY.seal(12, 13, 14, 15), header(5, 8), new byte[8]);
    for (FrameSeal other :
        new FrameSeal[] {
          KEY.seal(99, 13, 14, 15),
          KEY.seal(12, 99, 14, 15),
          KEY.seal(12, 13, 99, 15),
          KEY.seal(12, 13, 14, 99),
          RunKey.random().seal(12, 13, 14, 15)
        }) {
      assertThatThrownBy(() -> other.open(frame, 5, new byte[8], 8))
          .isInstanceOf(RejectedFrameException.class);
    }
  }

  @Test
  void theTextOfAKeyDoesNotShowIt() {
    assertThat(KEY.toString()).isEqualTo("RunKey[32 bytes]");
    assertThatThrownBy(() -> RunKey.of(new byte[16]))
        .hasMessage("the key of a run must have 32 bytes, got 16");
  }

  @Test
  void fieldsOutOfRangeAreRejectedBeforeAnythingIsDecrypted() {
    byte[] frame = sealed(KEY.seal(12, 13, 14, 15), header(5, 8), new byte[8]);
    assertReason(frame, frame.length - 1, Rejection.BAD_FIELD);
    assertReason(frame, FrameHeader.OVERHEAD - 1, Rejection.BAD_SIZE);
    assertReason(frame, frame.length + 1, Rejection.BAD_SIZE);
    assertReason(with(frame, 0, 1), frame.length, Rejection.BAD_MAGIC);
    assertReason(with(frame, 4, 2), frame.length, Rejection.OTHER_LAYOUT);
    assertReason(with(frame, 7, -128), frame.length, Rejection.BAD_FIELD); // kind
    assertReason(with(frame, 55, -128), frame.length, Rejection.BAD_FIELD); // epoch
    assertReason(with(frame, 64, 7), frame.length, Rejection.BAD_FIELD); // total below payload
    assertReason(with(frame, 71, -128), frame.length, Rejection.BAD_FIELD); // negative total
    assertReason(with(frame, 79, 127), frame.length, Rejection.BAD_FIELD); // offset
    assertReason(with(frame, 87, -128), frame.length, Rejection.BAD_FIELD); // counter
    assertReason(with(frame, 92, 9), frame.length, Rejection.BAD_FIELD); // preamble
  }

  private static byte[] with(byte[] frame, int index, int value) {
    byte[] changed = frame.clone();
    changed[index] = (byte) value;
    return changed;
  }

  private static void assertReason(byte[] frame, int length, Rejection reason) {
    assertThatThrownBy(() -> FrameHeader.decode(frame, length))
        .hasMessage("frame rejected: " + reason.key());
  }
}
