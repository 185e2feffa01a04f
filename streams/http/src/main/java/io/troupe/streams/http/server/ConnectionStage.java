package io.troupe.streams.http.server;

import java.time.Duration;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Stands between a socket and the HTTP layer. It reads ahead, so that it notices the end of the
 * connection while a response is being produced, and closes connections that are idle or whose
 * client does not read.
 *
 * <p>A client that ends its sending direction counts as disconnected. A client that has sent a
 * second request before the response to its first one is noticed when writing fails.
 */
final class ConnectionStage
    extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
  private static final Duration MAX_INTERVAL = Duration.ofSeconds(5);

  /** Time without a write after which the HTTP layer has written the whole response. */
  private static final Duration QUIET = Duration.ofMillis(50);

  /** Time for a client to read a response that ends the connection while it still sends. */
  private static final Duration LINGER = Duration.ofSeconds(2);

  private enum Timer {
    LIMITS,
    END,
    LINGER
  }

  private final Inlet<ByteString> fromNetwork = Inlet.create("fromNetwork");
  private final Outlet<ByteString> toHttp = Outlet.create("toHttp");
  private final Inlet<ByteString> fromHttp = Inlet.create("fromHttp");
  private final Outlet<ByteString> toNetwork = Outlet.create("toNetwork");
  private final ClientConnection connection;
  private final Duration idleTimeout;

  /**
   * A stage for one connection.
   *
   * @param idleTimeout maximum time without a request, and maximum time that a client does not read
   */
  ConnectionStage(ClientConnection connection, Duration idleTimeout) {
    this.connection = connection;
    this.idleTimeout = idleTimeout;
  }

  @Override
  public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
    return new BidiShape<>(fromHttp, toNetwork, fromNetwork, toHttp);
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private ByteString readAhead; // null if nothing was read ahead
    private boolean isWriting; // the socket has not asked for more since the last write
    private long writtenNs;

    Logic() {
      super(shape());
      setHandler(fromNetwork, new FromNetwork());
      setHandler(toHttp, new ToHttp());
      setHandler(fromHttp, new FromHttp());
      setHandler(toNetwork, new ToNetwork());
    }

    @Override
    public void preStart() {
      var end = createAsyncCallback((Boolean atOnce) -> end(atOnce));
      connection.onEnd(end::invoke);
      scheduleAtFixedRate(Timer.LIMITS, interval(), interval());
      pull(fromNetwork);
    }

    private Duration interval() {
      Duration part = idleTimeout.dividedBy(4);
      return part.compareTo(MAX_INTERVAL) < 0 ? part : MAX_INTERVAL;
    }

    @Override
    public void postStop() {
      connection.closed();
    }

    @Override
    public void onTimer(Object key) {
      switch ((Timer) key) {
        case LIMITS -> {
          if (isWriting && System.nanoTime() - writtenNs > idleTimeout.toNanos()) {
            abort("its client does not read");
          } else if (connection.isIdleFor(idleTimeout)) {
            completeStage();
          }
        }
        case LINGER -> completeStage();
        case END -> {
          boolean isQuiet = System.nanoTime() - writtenNs > QUIET.toNanos();
          if (!isWriting && isQuiet && connection.isIdleFor(QUIET)) {
            completeStage();
          }
        }
      }
    }

    private void end(boolean atOnce) {
      if (atOnce) {
        abort("the server stops");
      } else {
        scheduleAtFixedRate(Timer.END, QUIET, QUIET);
      }
    }

    /** Resets the connection; completing it would wait until the client has read everything. */
    private void abort(String reason) {
      fail(toNetwork, new ConnectionAbortedException(reason));
      complete(toHttp);
      cancel(fromHttp);
      cancel(fromNetwork);
    }

    private final class FromNetwork extends AbstractInHandler {
      @Override
      public void onPush() {
        if (isClosed(toHttp)) {
          grab(fromNetwork); // the HTTP layer reads no more
          pull(fromNetwork);
        } else if (isAvailable(toHttp)) {
          push(toHttp, grab(fromNetwork));
          pull(fromNetwork);
        } else {
          readAhead = grab(fromNetwork);
        }
      }

      @Override
      public void onUpstreamFinish() {
        completeStage();
      }

      @Override
      public void onUpstreamFailure(Throwable failure) {
        completeStage(); // such as a reset connection
      }
    }

    private final class ToHttp extends AbstractOutHandler {
      @Override
      public void onPull() {
        if (readAhead != null) {
          ByteString bytes = readAhead;
          readAhead = null;
          push(toHttp, bytes);
          pull(fromNetwork);
        }
      }

      @Override
      public void onDownstreamFinish(Throwable cause) {
        if (readAhead != null) {
          readAhead = null;
          pull(fromNetwork);
        }
      }
    }

    private final class FromHttp extends AbstractInHandler {
      @Override
      public void onPush() {
        isWriting = true;
        writtenNs = System.nanoTime();
        push(toNetwork, grab(fromHttp));
      }

      /**
       * Ends the sending direction alone: closing a socket with unread bytes, such as those of a
       * body that is too large, would reset the connection before the client has read the response.
       */
      @Override
      public void onUpstreamFinish() {
        complete(toNetwork);
        scheduleOnce(Timer.LINGER, LINGER);
      }

      @Override
      public void onUpstreamFailure(Throwable failure) {
        completeStage(); // the HTTP layer has logged it
      }
    }

    private final class ToNetwork extends AbstractOutHandler {
      @Override
      public void onPull() {
        isWriting = false;
        if (!hasBeenPulled(fromHttp) && !isClosed(fromHttp)) {
          pull(fromHttp);
        }
      }

      @Override
      public void onDownstreamFinish(Throwable cause) {
        completeStage();
      }
    }
  }
}
