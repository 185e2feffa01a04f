package io.troupe.log.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.log.codec.CodecException;
import io.troupe.log.codec.GroupCodec;
import io.troupe.protocols.sample.ScoredGroup;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecordCodecTest {

  @Test
  void everyRecordComesBackWithTheSameBytes() {
    for (int seed = 0; seed < 2000; seed++) {
      LogRecord record = SampleRecords.record(new Random(seed));
      byte[] bytes = RecordCodec.encode(record);
      LogRecord decoded = RecordCodec.decode(RecordCodec.type(record), bytes);
      assertThat(RecordCodec.encode(decoded)).as("seed %d", seed).isEqualTo(bytes);
      assertSame(decoded, record, seed);
    }
  }

  @Test
  void groupsComeBackWithTheSameBytes() {
    for (int seed = 0; seed < 500; seed++) {
      ScoredGroup group = SampleRecords.group(new Random(seed), seed);
      byte[] scored = GroupCodec.encode(group);
      byte[] sampled = GroupCodec.encode(group.group());
      assertSame(GroupCodec.decodeScored(scored), group, seed);
      assertThat(GroupCodec.encode(GroupCodec.decodeScored(scored))).isEqualTo(scored);
      assertThat(GroupCodec.encode(GroupCodec.decodeSampled(sampled))).isEqualTo(sampled);
    }
  }

  private static void assertSame(Object actual, Object expected, int seed) {
    assertThat(actual)
        .as("seed %d", seed)
        .usingRecursiveComparison()
        .withComparatorForType(Double::compare, Double.class) // NaN is equal to NaN
        .withComparatorForType(Float::compare, Float.class)
        .isEqualTo(expected);
  }

  /** Damaged bytes are rejected, or they are another record in its only form. */
  @Test
  void damagedRecordsAreRejectedWithinBoundedMemory() {
    int rejected = 0;
    int accepted = 0;
    for (int seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      LogRecord record = SampleRecords.record(random);
      byte[] bytes = damage(RecordCodec.encode(record), random);
      int type = random.nextInt(20) == 0 ? random.nextInt(9) : RecordCodec.type(record);
      long before = allocatedBytes();
      try {
        LogRecord decoded = RecordCodec.decode(type, bytes);
        assertThat(RecordCodec.encode(decoded)).as("seed %d", seed).isEqualTo(bytes);
        accepted++;
      } catch (CodecException e) {
        assertThat(e.getMessage()).as("seed %d", seed).contains("must be valid");
        rejected++;
      }
      assertThat(allocatedBytes() - before)
          .as("bytes allocated for %d damaged bytes, seed %d", bytes.length, seed)
          .isLessThan(1_000_000);
    }
    assertThat(rejected).isGreaterThan(5000);
    assertThat(accepted).as("damage inside of numbers and texts").isGreaterThan(500);
  }

  private static byte[] damage(byte[] bytes, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      case 1 -> {
        return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
      }
      case 2 -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
      default -> { // an extreme count
        int at = random.nextInt(Math.max(1, bytes.length - 4));
        for (int i = at; i < Math.min(bytes.length, at + 4); i++) {
          bytes[i] = (byte) (random.nextBoolean() ? 0xff : 0x7f);
        }
      }
    }
    return bytes;
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void unknownVersionsAndTypesAreNamed() {
    byte[] bytes = RecordCodec.encode(new LogRecord.Epoch("node"));
    assertThatThrownBy(() -> RecordCodec.decode(99, bytes))
        .hasMessageContaining("type must be from 1 to 6, got 99");
    bytes[0] = 2;
    assertThatThrownBy(() -> RecordCodec.decode(2, bytes))
        .hasMessageContaining("format version must be 1, got 2");
  }
}
