package io.troupe.deploy.bench.transport;

import io.troupe.streams.link.BulkLink;
import io.troupe.streams.link.LinkSettings;
import io.troupe.streams.link.frame.FrameProtection;
import io.troupe.streams.link.message.Acceptance;
import io.troupe.streams.link.message.Destination;
import io.troupe.streams.link.message.Kind;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.Message;
import io.troupe.streams.link.message.Payload;
import io.troupe.streams.link.message.Peer;
import io.troupe.streams.link.message.Route;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bulk transport. */
final class LinkTransportNode implements TransportNode {
  private static final Logger LOG = LoggerFactory.getLogger(LinkTransportNode.class);
  private static final Kind KIND = new Kind(1, "bench");

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final BulkLink link;
  private final List<Peer> receivers = new ArrayList<>();

  private LinkTransportNode(BulkLink link) {
    this.link = link;
  }

  static LinkTransportNode open(
      FrameProtection protection, MemorySegment target, Runnable complete) {
    LinkIdentity identity = new LinkIdentity(1, "node-" + NAMES.incrementAndGet(), 1);
    Route route =
        new Route.Streamed(
            target.byteSize(), header -> new Acceptance.Into(new Copy(target, complete)));
    return new LinkTransportNode(
        BulkLink.open(LinkSettings.of(identity, protection, HOST, 0), Map.of(KIND, route)));
  }

  /** Writes a body to memory. */
  private record Copy(MemorySegment target, Runnable whenComplete) implements Destination {
    @Override
    public void write(long offset, MemorySegment part) {
      MemorySegment.copy(part, 0, target, offset, part.byteSize());
    }

    @Override
    public void complete() {
      whenComplete.run();
    }

    @Override
    public void failed(String reason) {
      LOG.debug("a body did not arrive: {}", reason); // to a stopped receiver, at the end
    }
  }

  @Override
  public int port() {
    return link.address().port();
  }

  @Override
  public void connect(List<? extends TransportNode> nodes) {
    nodes.forEach(node -> receivers.add(((LinkTransportNode) node).link.address()));
  }

  @Override
  public void send(MemorySegment body) {
    Message message = new Message(KIND, 0, new byte[0], Payload.of(List.of(body)));
    for (Peer receiver : receivers) {
      link.send(receiver, message, DEADLINE)
          .whenComplete(
              (_, failure) -> {
                if (failure != null) {
                  LOG.debug("a body was not sent", failure); // to a stopped receiver
                }
              });
    }
  }

  @Override
  public void received() {} // messages end by themselves

  @Override
  public void close() {
    link.close();
  }
}
