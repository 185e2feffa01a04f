package io.troupe.streams.decoding;

import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.engine.CompletionListener;
import io.troupe.rollout.engine.DecodingEngine;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * Continuous batching with back pressure.
 *
 * <p>A forward pass is made only when an event is asked for and none is left of the pass before:
 * who takes no tokens has none decoded, and at most the events of one pass are held. Requests are
 * taken as long as the engine's queue has room (one more waits before it), and join the batch
 * between two passes. The stream fails when a request cannot be decoded or a pass fails, and
 * completes when the requests have ended and the last event has been taken. However it ends, the
 * engine is closed, and the materialized value says when: the model may be closed from then on.
 *
 * <p>The engine is made, used and closed on one thread, that of {@code
 * troupe-streams.decoding-dispatcher}.
 */
public final class DecodingStage
    extends AbstractGraphStageWithMaterializedValue<
        FlowShape<DecodingRequest, DecodingEvent>, CompletionStage<Done>> {
  private final Inlet<DecodingRequest> in = Inlet.create("requests");
  private final Outlet<DecodingEvent> out = Outlet.create("events");
  private final FlowShape<DecodingRequest, DecodingEvent> shape = FlowShape.of(in, out);
  private final Supplier<DecodingEngine> opening;

  private DecodingStage(Supplier<DecodingEngine> opening) {
    this.opening = opening;
  }

  /**
   * A flow that decodes.
   *
   * @param opening makes the engine of each materialization
   * @return materializes to what completes when the engine is closed
   */
  public static Flow<DecodingRequest, DecodingEvent, CompletionStage<Done>> flow(
      Supplier<DecodingEngine> opening) {
    Flow<DecodingEvent, DecodingEvent, NotUsed> oneAtATime =
        Flow.<DecodingEvent>create().map(event -> event);
    return Flow.fromGraph(new DecodingStage(opening))
        .async("troupe-streams.decoding-dispatcher", 1)
        .via(oneAtATime.withAttributes(Attributes.inputBuffer(1, 1)));
  }

  @Override
  public FlowShape<DecodingRequest, DecodingEvent> shape() {
    return shape;
  }

  @Override
  public Pair<GraphStageLogic, CompletionStage<Done>> createLogicAndMaterializedValuePair(
      Attributes inherited) {
    CompletableFuture<Done> closed = new CompletableFuture<>();
    return Pair.create(new Logic(closed), closed);
  }

  private final class Logic extends GraphStageLogic {
    private final ArrayDeque<DecodingEvent> events = new ArrayDeque<>();
    private final CompletableFuture<Done> closed;
    private DecodingEngine engine;

    Logic(CompletableFuture<Done> closed) {
      super(shape);
      this.closed = closed;
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              DecodingRequest request = grab(in);
              orFail(() -> submit(request));
              orFail(Logic.this::emit);
            }

            @Override
            public void onUpstreamFinish() {
              orFail(Logic.this::emit);
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              orFail(Logic.this::emit);
            }
          });
    }

    @Override
    public void preStart() {
      engine = opening.get();
      takeRequests();
    }

    @Override
    public void postStop() {
      if (engine != null) {
        engine.close();
      }
      closed.complete(Done.getInstance());
    }

    /** The consumer hears of a failure; Pekko would log it as well if it were thrown. */
    private void orFail(Runnable work) {
      try {
        work.run();
      } catch (RuntimeException e) {
        failStage(e);
      }
    }

    private void submit(DecodingRequest request) {
      engine.submit(request.group(), request.config(), new Collector(request.wantsTokens()));
      takeRequests();
    }

    private void takeRequests() {
      if (engine.hasRoom() && !isClosed(in) && !hasBeenPulled(in)) {
        pull(in);
      }
    }

    /** Hands on the next event if it is asked for, decoding when there is none. */
    private void emit() {
      if (isClosed(out) || !isAvailable(out)) {
        return;
      }
      boolean worked = true;
      while (events.isEmpty() && worked) {
        worked = engine.step();
      }
      takeRequests(); // a pass may have made room in the queue
      if (!events.isEmpty()) {
        push(out, events.remove());
      } else if (isClosed(in)) {
        completeStage();
      }
    }

    private final class Collector implements CompletionListener {
      private final boolean wantsTokens;

      Collector(boolean wantsTokens) {
        this.wantsTokens = wantsTokens;
      }

      @Override
      public boolean wantsTokens() {
        return wantsTokens;
      }

      @Override
      public void onToken(
          long groupId, int sampleIndex, int tokenId, float logProb, String textDelta) {
        events.add(
            new DecodingEvent.TokenDecoded(groupId, sampleIndex, tokenId, logProb, textDelta));
      }

      @Override
      public void onCompleted(SampledGroup group) {
        events.add(new DecodingEvent.GroupDecoded(group));
      }
    }
  }
}
