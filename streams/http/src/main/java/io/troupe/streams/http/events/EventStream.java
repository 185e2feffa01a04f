package io.troupe.streams.http.events;

import io.troupe.serving.endpoint.Generation;
import io.troupe.serving.endpoint.GenerationEvent;
import io.troupe.streams.http.json.JsonOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * A generation as a stream of server-sent events. All tokens that are ready go into one chunk. The
 * generation is read only when the client's socket takes another chunk, so a slow client stops only
 * its own decoding. A comment keeps the connection alive while no token is ready.
 */
public final class EventStream extends GraphStage<SourceShape<ByteString>> {
  private static final ByteString PING = ByteString.fromString(": ping\n\n");
  private static final int MAX_EVENTS = 256;

  private final Outlet<ByteString> out = Outlet.create("events");
  private final ClientGeneration generation;
  private final EventWriter writer;
  private final ChunkPace pace;
  private final Duration pingInterval;

  /**
   * A stream for one client.
   *
   * @param generation closed when the stream ends
   * @param pingInterval time without a chunk after which a comment is sent
   */
  public EventStream(
      ClientGeneration generation, EventWriter writer, ChunkPace pace, Duration pingInterval) {
    this.generation = generation;
    this.writer = writer;
    this.pace = pace;
    this.pingInterval = pingInterval;
  }

  @Override
  public SourceShape<ByteString> shape() {
    return SourceShape.of(out);
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private final Generation events = generation.generation();
    private final JsonOutput output = new JsonOutput();
    private final List<GenerationEvent> ready = new ArrayList<>();
    private AsyncCallback<Boolean> arrived;
    private Runnable onPauseEnd;
    private CompletableFuture<Optional<GenerationEvent>> next; // null if none was asked for
    private boolean isWaiting; // for the next event
    private boolean isPausing; // since the last chunk
    private long writtenNs = System.nanoTime();

    Logic() {
      super(shape());
      setHandler(out, new Out());
    }

    @Override
    public void preStart() {
      generation.connection().hold();
      pace.streamBegins();
      arrived =
          createAsyncCallback(
              (Boolean _) -> {
                isWaiting = false;
                writeIfPossible();
              });
      AsyncCallback<Boolean> pauseEnded = createAsyncCallback((Boolean _) -> endPause());
      onPauseEnd = () -> pauseEnded.invoke(true);
      events.ended().thenRun(onPauseEnd);
      scheduleAtFixedRate("ping", pingInterval, pingInterval);
    }

    @Override
    public void postStop() {
      generation.close();
      pace.streamEnds();
      generation.connection().release();
    }

    @Override
    public void onTimer(Object key) {
      boolean isQuiet = System.nanoTime() - writtenNs >= pingInterval.toNanos();
      if (isQuiet && isAvailable(out)) {
        send(PING);
      }
    }

    private final class Out extends AbstractOutHandler {
      @Override
      public void onPull() {
        writeIfPossible();
      }
    }

    private void send(ByteString bytes) {
      writtenNs = System.nanoTime();
      push(out, bytes);
    }

    private void writeIfPossible() {
      if (isWaiting || isPausing || !isAvailable(out)) {
        return;
      }
      boolean goesOn = read();
      if (output.size() > 0) {
        send(output.take());
      }
      if (!goesOn) {
        complete(out);
      } else if (!isWaiting) {
        isPausing = pace.pause(onPauseEnd);
      }
    }

    private void endPause() {
      isPausing = false;
      writeIfPossible();
    }

    /** Writes the events that are ready, or waits for one; returns whether there may be more. */
    private boolean read() {
      try {
        while (output.size() == 0 && !isWaiting) {
          boolean isEnd = !takeReady();
          if (!ready.isEmpty()) {
            writer.write(ready, output);
            ready.clear();
          }
          if (isEnd) {
            writer.end(output);
            return false;
          }
        }
        return true;
      } catch (CompletionException e) {
        writer.fail(e.getCause(), output);
        return false;
      }
    }

    /** Takes the events that are ready; returns false after the last one. */
    private boolean takeReady() {
      while (ready.size() < MAX_EVENTS) {
        if (next == null) {
          next = events.next().toCompletableFuture();
        }
        if (!next.isDone()) {
          if (ready.isEmpty()) {
            isWaiting = true;
            next.whenComplete((_, _) -> arrived.invoke(true));
          }
          return true;
        }
        CompletableFuture<Optional<GenerationEvent>> done = next;
        next = null;
        Optional<GenerationEvent> event = joined(done);
        if (event.isEmpty()) {
          return false;
        }
        ready.add(event.get());
      }
      return true;
    }

    /** The events before a failure are written first. */
    private Optional<GenerationEvent> joined(CompletableFuture<Optional<GenerationEvent>> done) {
      try {
        return done.join();
      } catch (CompletionException e) {
        if (!ready.isEmpty()) {
          writer.write(ready, output);
          ready.clear();
        }
        throw e;
      }
    }
  }
}
