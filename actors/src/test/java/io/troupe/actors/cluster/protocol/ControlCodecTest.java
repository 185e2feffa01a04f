package io.troupe.actors.cluster.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ControlCodecTest {
  private static final CBORMapper CBOR = new CBORMapper();

  private final ControlCodec codec = new ControlCodec();

  static List<ControlMessage> messages() {
    return Messages.all();
  }

  private Rejection rejectionOf(byte[] bytes) {
    return switch (codec.decode(bytes)) {
      case ControlDecoding.Decoded(ControlMessage message) ->
          throw new AssertionError("decoded " + message);
      case ControlDecoding.Rejected(Rejection rejection, String detail) -> {
        assertThat(detail).isNotBlank().hasSizeLessThanOrEqualTo(200).doesNotContain("\n");
        yield rejection;
      }
    };
  }

  private static byte[] cbor(Map<String, Object> fields) throws Exception {
    return CBOR.writeValueAsBytes(fields);
  }

  private static Map<String, Object> accepted(Object groupId) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", "accepted");
    fields.put("epoch", 2);
    fields.put("groupId", groupId);
    return fields;
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyMessageSurvivesARoundTrip(ControlMessage message) {
    assertThat(codec.decode(codec.encode(message))).isEqualTo(new ControlDecoding.Decoded(message));
  }

  @Test
  void everyTypeOfMessageIsTested() {
    assertThat(messages().stream().map(Object::getClass).distinct().toList())
        .containsAll(leaves(ControlMessage.class).toList());
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(ControlCodecTest::leaves)
        : Stream.of(type);
  }

  @Test
  void metricsKeepTheirOrder() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      metrics.put("metric " + i * 7919 % 100, (double) i);
    }
    ControlMessage message = new ControlMessage.StepCommitted(1, 1, 0, metrics);
    var decoded = (ControlDecoding.Decoded) codec.decode(codec.encode(message));
    var committed = (ControlMessage.StepCommitted) decoded.message();
    assertThat(committed.metrics().keySet()).containsExactlyElementsOf(metrics.keySet());
  }

  @Test
  void unknownTypesAreRejected() throws Exception {
    Map<String, Object> fields = accepted(1);
    fields.put("type", "java.lang.Runtime");
    assertThat(rejectionOf(cbor(fields))).isEqualTo(Rejection.UNKNOWN_TYPE);
    fields.remove("type");
    assertThat(rejectionOf(cbor(fields))).isEqualTo(Rejection.UNKNOWN_TYPE);
  }

  @Test
  void unknownMissingAndMistypedFieldsAreRejected() throws Exception {
    Map<String, Object> fields = accepted(1);
    assertThat(codec.decode(cbor(fields)))
        .isEqualTo(new ControlDecoding.Decoded(new ControlMessage.Accepted(2, 1)));
    fields.put("extra", 1);
    assertThat(rejectionOf(cbor(fields))).isEqualTo(Rejection.MALFORMED);
    fields.remove("extra");
    fields.remove("epoch");
    assertThat(rejectionOf(cbor(fields))).isEqualTo(Rejection.MALFORMED);
    assertThat(rejectionOf(cbor(accepted(1.5)))).isEqualTo(Rejection.MALFORMED);
    assertThat(rejectionOf(cbor(accepted(null)))).isEqualTo(Rejection.MALFORMED);
    assertThat(rejectionOf(cbor(accepted(List.of(1))))).isEqualTo(Rejection.MALFORMED);
  }

  @Test
  void valuesOutOfRangeAreRejected() throws Exception {
    assertThat(rejectionOf(cbor(accepted(-1)))).isEqualTo(Rejection.OUT_OF_RANGE);
    Map<String, Object> fields = accepted(1);
    fields.put("epoch", 0);
    assertThat(rejectionOf(cbor(fields))).isEqualTo(Rejection.OUT_OF_RANGE);
  }

  @Test
  void trailingBytesAreRejected() throws Exception {
    byte[] bytes = cbor(accepted(1));
    assertThat(rejectionOf(Arrays.copyOf(bytes, bytes.length + 1))).isEqualTo(Rejection.MALFORMED);
  }

  @Test
  void longTextsDeepNestingAndLargeMessagesAreRejected() throws Exception {
    Map<String, Object> fields = accepted(1);
    fields.put("type", "shutdown");
    fields.remove("groupId");
    fields.put("reason", "x".repeat(100_000));
    assertThat(rejectionOf(cbor(fields))).isEqualTo(Rejection.TOO_LARGE);
    Object nested = 1;
    for (int i = 0; i < 100; i++) {
      nested = List.of(nested);
    }
    fields.put("reason", nested);
    assertThat(rejectionOf(cbor(fields))).isIn(Rejection.TOO_LARGE, Rejection.MALFORMED);
    assertThat(rejectionOf(new byte[ControlCodec.MAX_BYTES + 1])).isEqualTo(Rejection.TOO_LARGE);
  }

  @Test
  void longListsAreRejectedOnBothSides() throws Exception {
    List<HeldGroup> held = Collections.nCopies(Bounds.MAX_HELD + 1, new HeldGroup(1, 0, false));
    assertThatThrownBy(() -> new ControlMessage.RewardHello(1, Messages.ROLLOUT, held))
        .hasMessage("held groups must have at most 8192 entries, got 8193");
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", "reward-hello");
    fields.put("epoch", 1);
    fields.put("node", Map.of("name", "reward-1", "incarnation", 1));
    fields.put(
        "held",
        Collections.nCopies(
            Bounds.MAX_HELD + 1, Map.of("groupId", 1, "attempt", 0, "complete", false)));
    assertThat(rejectionOf(cbor(fields))).isEqualTo(Rejection.OUT_OF_RANGE);
  }

  @Test
  void largestMessagesFit() {
    List<HeldGroup> held =
        Collections.nCopies(
            Bounds.MAX_HELD, new HeldGroup(Long.MAX_VALUE, Integer.MAX_VALUE, true));
    ControlMessage message =
        new ControlMessage.RolloutHello(1, Messages.ROLLOUT, Long.MAX_VALUE, 1, held);
    assertThat(codec.decode(codec.encode(message))).isEqualTo(new ControlDecoding.Decoded(message));
  }

  @Test
  void anyBytesAreAMessageOrARejection() {
    Random random = new Random(12);
    List<ControlMessage> messages = messages();
    Map<Rejection, Integer> seen = new EnumMap<>(Rejection.class);
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = codec.encode(messages.get(random.nextInt(messages.size())));
      switch (random.nextInt(4)) {
        case 0 -> random.nextBytes(bytes);
        case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        case 2 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        default -> {
          for (int n = 0; n < 4; n++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
          }
        }
      }
      if (codec.decode(bytes) instanceof ControlDecoding.Rejected(Rejection rejection, String _)) {
        seen.merge(rejection, 1, Integer::sum);
      }
    }
    assertThat(seen)
        .containsKeys(Rejection.MALFORMED, Rejection.UNKNOWN_TYPE, Rejection.OUT_OF_RANGE);
  }
}
