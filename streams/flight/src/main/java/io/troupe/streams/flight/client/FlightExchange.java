package io.troupe.streams.flight.client;

import io.troupe.streams.flight.client.FlightCompletions.End;
import io.troupe.streams.flight.rows.TokenSchema;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntConsumer;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A DoExchange that carries any number of prompts, one completion each: a record batch of the
 * server has the new tokens of all of them. Thread-safe; calls block, also on a virtual thread.
 */
public final class FlightExchange implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Schema PROMPTS =
      new Schema(
          List.of(
              new Field(
                  "prompt_token_ids",
                  FieldType.nullable(new ArrowType.List()),
                  List.of(Field.nullable("item", new ArrowType.Int(32, true))))));

  private final FlightClient.ExchangeReaderWriter exchange;
  private final VectorSchemaRoot prompts; // guarded by itself, which is locked before this
  private final Thread reader;

  // Guarded by this.
  private final Map<Integer, Request> open = new HashMap<>();
  private final List<int[]> waiting = new ArrayList<>(); // prompts that have not been sent
  private int numPrompts;
  private End ended; // null while the exchange goes on

  /**
   * A prompt that is being decoded.
   *
   * @param numTokens of the current record batch
   */
  private record Request(IntConsumer onTokens, CompletableFuture<End> end, int[] numTokens) {}

  FlightExchange(
      FlightClient client, BufferAllocator allocator, String command, CallOption[] options) {
    byte[] json = command.getBytes(StandardCharsets.UTF_8);
    this.exchange = client.doExchange(FlightDescriptor.command(json), options);
    this.prompts = VectorSchemaRoot.create(PROMPTS, allocator);
    exchange.getWriter().start(prompts);
    this.reader = Thread.ofPlatform().name("flight-exchange").daemon().start(this::read);
  }

  /**
   * Sends a prompt, and blocks until its completion has ended.
   *
   * @param onTokens gets the number of its tokens in each record batch that has any, as it arrives
   */
  public End complete(int[] promptIds, IntConsumer onTokens) throws InterruptedException {
    Request request = new Request(onTokens, new CompletableFuture<>(), new int[1]);
    synchronized (this) {
      if (ended != null) {
        return ended;
      }
      open.put(numPrompts++, request);
      waiting.add(promptIds);
    }
    sendWaiting();
    try {
      return request.end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Sends what other threads have added meanwhile, too, as one message. */
  private void sendWaiting() {
    synchronized (prompts) {
      List<int[]> sent;
      synchronized (this) {
        sent = ended == null ? List.copyOf(waiting) : List.of();
        waiting.clear();
      }
      if (!sent.isEmpty()) {
        send(sent);
      }
    }
  }

  private void send(List<int[]> sent) {
    ListVector column = (ListVector) prompts.getVector(0);
    column.reset();
    UnionListWriter writer = column.getWriter();
    for (int row = 0; row < sent.size(); row++) {
      writer.setPosition(row);
      writer.startList();
      for (int id : sent.get(row)) {
        writer.integer().writeInt(id);
      }
      writer.endList();
    }
    prompts.setRowCount(sent.size());
    exchange.getWriter().putNext();
  }

  private void read() {
    End end = new End.Failed("the endpoint ended the exchange");
    try (FlightStream stream = exchange.getReader()) {
      while (stream.next()) {
        if (stream.hasRoot()) {
          readRows(stream.getRoot());
        }
      }
    } catch (FlightRuntimeException e) {
      end = FlightCompletions.end(e);
    } catch (Exception e) { // declared by FlightStream.close
      end = new End.Failed(e.toString());
    }
    fail(end);
  }

  private void readRows(VectorSchemaRoot rows) {
    IntVector requests = (IntVector) rows.getVector(TokenSchema.REQUEST);
    IntVector ids = (IntVector) rows.getVector(TokenSchema.TOKEN_ID);
    VarCharVector reasons = (VarCharVector) rows.getVector(TokenSchema.FINISH_REASON);
    Map<Integer, Request> arrived = new HashMap<>();
    Map<Integer, Request> finished = new HashMap<>();
    synchronized (this) {
      for (int row = 0; row < rows.getRowCount(); row++) {
        int index = requests.get(row);
        Request request = arrived.computeIfAbsent(index, open::get);
        if (request == null) {
          throw new IllegalStateException("a row must be of an open request, got " + index);
        }
        request.numTokens[0] += ids.isNull(row) ? 0 : 1;
        if (!reasons.isNull(row)) {
          finished.put(index, open.remove(index));
        }
      }
    }
    for (Request request : arrived.values()) {
      if (request.numTokens[0] > 0) {
        request.onTokens.accept(request.numTokens[0]);
        request.numTokens[0] = 0;
      }
    }
    finished.values().forEach(request -> request.end.complete(new End.Completed()));
  }

  private void fail(End end) {
    List<Request> failed;
    synchronized (this) {
      ended = end;
      failed = List.copyOf(open.values());
      open.clear();
    }
    failed.forEach(request -> request.end.complete(end));
  }

  /** Ends the exchange; prompts that are being decoded fail. Closing twice is harmless. */
  @Override
  public void close() {
    exchange.getReader().cancel("the client ends", null);
    try {
      reader.join(CLOSE_TIMEOUT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    synchronized (prompts) {
      prompts.close();
    }
  }
}
