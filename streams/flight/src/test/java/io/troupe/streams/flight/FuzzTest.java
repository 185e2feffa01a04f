package io.troupe.streams.flight;

import static io.troupe.streams.flight.TestServer.ANN;
import static io.troupe.streams.flight.TestServer.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hostile commands, tickets and messages: each gets a proper error, and the server goes on. */
@Timeout(300)
class FuzzTest {
  private static final long SEED = 20_261_129;
  private static final int NUM_CASES = 2000; // of each kind
  private static final Set<FlightStatusCode> PROPER =
      EnumSet.of(
          FlightStatusCode.INVALID_ARGUMENT,
          FlightStatusCode.UNAUTHORIZED,
          FlightStatusCode.NOT_FOUND,
          FlightStatusCode.RESOURCE_EXHAUSTED);
  private static final List<String> COMMANDS =
      List.of(
          "{\"prompt\": [5, 6], \"max_tokens\": 3, \"temperature\": 0.5, \"seed\": 1}",
          "{\"prompt\": [\"ab\", \"c\"], \"n\": 2, \"stop\": [\"x\"], \"batch\": {\"tokens\": 2}}",
          "{\"prompt\": \"abc\", \"logit_bias\": {\"5\": -1.5}, \"batch\": {\"milliseconds\": 1}}",
          "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"top_p\": 0.9}",
          "{\"prompt\": [[5], [6]], \"use_beam_search\": true, \"n\": 2, \"max_tokens\": 2}",
          "{\"prompt\": [5], \"structured_outputs\": {\"regex\": \"[ab]+\"}, \"max_tokens\": 4}");
  private static final List<String> FRAGMENTS =
      List.of(
          "null",
          "-1",
          "1e999",
          "9223372036854775808",
          "\"\"",
          "[]",
          "{}",
          "true",
          "[[[[[[",
          "\"\\ud800\"",
          ",",
          ":",
          "NaN",
          "\u0000",
          "0.1",
          "[5, \"a\"]",
          "{\"tokens\": 1}");

  @TempDir private static Path folder;
  private static TestServer server;
  private static FlightClient client;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, "network { max-body-bytes = 65536 }");
    client = server.connect();
  }

  @AfterAll
  static void close() throws Exception {
    server.awaitIdle();
    assertThat(rows(client, "{\"prompt\": [5], \"max_tokens\": 2}", ANN)).isNotEmpty();
    server.awaitIdle();
    server.close();
  }

  private static byte[] mutated(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> flipped(bytes, random);
            case 1 -> spliced(bytes, random, new byte[random.nextInt(40)]);
            case 2 ->
                spliced(
                    bytes,
                    random,
                    FRAGMENTS
                        .get(random.nextInt(FRAGMENTS.size()))
                        .getBytes(StandardCharsets.UTF_8));
            case 3 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 4 -> spliced(bytes, random, bytes);
            default -> spliced(bytes, random, randomBytes(random));
          };
    }
    return bytes;
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(60)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Replaces a part of the bytes. */
  private static byte[] spliced(byte[] bytes, Random random, byte[] part) {
    int start = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, start + random.nextInt(12));
    byte[] result = new byte[start + part.length + bytes.length - end];
    System.arraycopy(bytes, 0, result, 0, start);
    System.arraycopy(part, 0, result, start, part.length);
    System.arraycopy(bytes, end, result, start + part.length, bytes.length - end);
    return result;
  }

  private static void assertProper(String what, Runnable call) {
    try {
      call.run();
    } catch (FlightRuntimeException e) {
      assertThat(e.status().code()).as("%s: %s", what, e.getMessage()).isIn(PROPER);
    }
  }

  @Test
  void commandsAreAnsweredOrRefused() {
    for (int i = 0; i < NUM_CASES; i++) {
      Random random = new Random(SEED + i);
      byte[] json =
          mutated(COMMANDS.get(i % COMMANDS.size()).getBytes(StandardCharsets.UTF_8), random);
      assertProper(
          "command of seed " + (SEED + i),
          () -> client.getInfo(FlightDescriptor.command(json), ANN));
      if (i % 8 == 0) { // a job decodes, too
        assertProper(
            "job of seed " + (SEED + i),
            () -> client.pollInfo(FlightDescriptor.command(json), ANN));
      }
    }
  }

  @Test
  void ticketsAreRefused() {
    byte[] valid = TestServer.ticket(client, COMMANDS.getFirst(), ANN).getBytes();
    for (int i = 0; i < NUM_CASES; i++) {
      byte[] bytes = mutated(valid, new Random(SEED + i));
      assertProper("ticket of seed " + (SEED + i), () -> read(new Ticket(bytes)));
      if (i % 8 == 0) {
        assertProper(
            "job ticket of seed " + (SEED + i),
            () -> client.pollInfo(FlightDescriptor.command(bytes), ANN));
      }
    }
  }

  private static void read(Ticket ticket) {
    try (FlightStream stream = client.getStream(ticket, ANN)) {
      assertThat(Row.readAll(stream)).hasSize(4);
    } catch (FlightRuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void messagesOfExchangesAreRefused() throws Exception {
    List<byte[]> valid = ExchangeMessages.record(server.allocator());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    Set<Status.Code> codes = EnumSet.noneOf(Status.Code.class);
    for (int i = 0; i < NUM_CASES; i++) {
      Random random = new Random(SEED + i);
      List<byte[]> messages = new ArrayList<>();
      int changed = random.nextInt(valid.size() + 1);
      for (int m = 0; m < valid.size(); m++) {
        messages.add(m == changed ? mutated(valid.get(m), random) : valid.get(m));
      }
      codes.add(exchange(channel, messages, SEED + i).getCode());
      TestServer.await(
          "no Arrow memory after the exchange of seed " + (SEED + i),
          () -> server.flight().allocatedBytes() == 0);
    }
    channel.shutdownNow();
    assertThat(codes)
        .isSubsetOf(
            Status.Code.OK,
            Status.Code.INVALID_ARGUMENT,
            Status.Code.PERMISSION_DENIED,
            Status.Code.RESOURCE_EXHAUSTED)
        .contains(Status.Code.OK, Status.Code.INVALID_ARGUMENT);
  }

  /** The messages of an exchange as bytes, to be changed at will. */
  private static Status exchange(ManagedChannel channel, List<byte[]> messages, long seed)
      throws Exception {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodType.BIDI_STREAMING)
            .setFullMethodName(FlightConstants.SERVICE + "/DoExchange")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    ClientCall<byte[], byte[]> call = channel.newCall(method, CallOptions.DEFAULT);
    CompletableFuture<Status> closed = new CompletableFuture<>();
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer ann-has-a-long-key");
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            closed.complete(status);
          }
        },
        headers);
    call.request(100_000);
    messages.forEach(call::sendMessage);
    call.halfClose();
    try {
      return closed.get(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the exchange of seed " + seed + " must end, but it hangs", e);
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
