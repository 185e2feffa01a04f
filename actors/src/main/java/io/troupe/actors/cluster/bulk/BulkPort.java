package io.troupe.actors.cluster.bulk;

import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.log.codec.CodecException;
import io.troupe.streams.link.BulkLink;
import io.troupe.streams.link.LinkSettings;
import io.troupe.streams.link.frame.RunKey;
import io.troupe.streams.link.message.Acceptance;
import io.troupe.streams.link.message.Kind;
import io.troupe.streams.link.message.LinkCounters;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.Message;
import io.troupe.streams.link.message.MessageHeader;
import io.troupe.streams.link.message.Peer;
import io.troupe.streams.link.message.Route;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends bulk messages to other processes and receives theirs, over Aeron. Thread-safe. The caller
 * must close it.
 */
public final class BulkPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BulkPort.class);

  private static final Kind REPLICATION = new Kind(16, "replication");
  private static final long MAX_REPLICATION_BYTES = 1L << 30;
  private static final Duration REPLICATION_DEADLINE = Duration.ofSeconds(5);

  /** Handles what arrives. */
  public interface Receiver {
    /** A message has arrived. */
    void message(Role role, BulkMessage message);

    /**
     * A part of a large message for a role has arrived; called now and then until it is complete.
     */
    void arriving(Role role);

    /** A message of another coordinator node about the log has arrived. */
    void replication(String from, byte[] message);
  }

  private final BulkLink link;

  private BulkPort(BulkLink link) {
    this.link = link;
  }

  /**
   * Listens for messages.
   *
   * @param runId of the run; messages of other runs are rejected
   * @param address of this process
   * @param incarnation of this process
   * @param receiver is called on the receiving thread, which it must not block
   */
  public static BulkPort open(
      long runId, NodeAddress address, long incarnation, ClusterKey key, Receiver receiver) {
    Map<Kind, Route> routes = new HashMap<>();
    routes.put(
        REPLICATION,
        new Route.Assembled(
            MAX_REPLICATION_BYTES,
            message -> receiver.replication(message.header().sender(), message.body())));
    for (BulkKind kind : BulkKind.values()) {
      routes.put(
          kind.kind(),
          new Route.Streamed(kind.maxBytes(), header -> accept(kind, header, receiver)));
    }
    LinkIdentity identity = new LinkIdentity(runId, address.toString(), incarnation);
    return new BulkPort(
        BulkLink.open(
            LinkSettings.of(
                identity, RunKey.of(key.frameKey().getEncoded()), address.host(), address.port()),
            routes));
  }

  private static Acceptance accept(BulkKind kind, MessageHeader header, Receiver receiver) {
    return new Acceptance.Into(
        new ReceivedBody(
            header.bodyBytes(),
            () -> receiver.arriving(kind.receiver()),
            body -> {
              try {
                receiver.message(
                    kind.receiver(), BulkCodec.decode(kind, header.attributes(), body));
              } catch (CodecException e) {
                LOG.warn("a message of {} is ignored: {}", header.sender(), e.getMessage());
              }
            }));
  }

  /** Sends a message; a failure is logged, because the protocol repeats what it needs. */
  public void transfer(NodeId to, BulkMessage message) {
    BulkKind kind = BulkKind.of(message);
    send(to, kind.kind(), BulkCodec.head(message), BulkCodec.body(message), kind.deadline());
  }

  /** Sends a message about the log to another coordinator node; it may be lost. */
  public void replicate(NodeId to, byte[] message) {
    send(to, REPLICATION, new byte[0], Payload.of(message), REPLICATION_DEADLINE);
  }

  private void send(NodeId to, Kind kind, byte[] attributes, Payload body, Duration deadline) {
    NodeAddress address = RoleName.of(to).address();
    Peer peer = new Peer(address.toString(), to.incarnation(), address.host(), address.port());
    Message message =
        new Message(
            kind,
            0, // the cores compare epochs themselves
            attributes,
            io.troupe.streams.link.message.Payload.of(
                body.parts().stream().map(MemorySegment::ofBuffer).toList()));
    link.send(peer, message, deadline)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                LOG.debug("{} did not reach {}: {}", kind, to, failure.getMessage());
              }
            });
  }

  /** Counts of the frames and messages sent, received and rejected. */
  public LinkCounters counters() {
    return link.counters();
  }

  @Override
  public void close() {
    link.close();
  }
}
