package io.troupe.deploy.bench.transport;

import io.troupe.streams.link.baseline.RawNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Plain Aeron. */
record RawTransportNode(RawNode node) implements TransportNode {

  static RawTransportNode open(MemorySegment target, Runnable complete) throws IOException {
    return new RawTransportNode(RawNode.open(HOST, target, complete));
  }

  @Override
  public int port() {
    return node.port();
  }

  @Override
  public void connect(List<? extends TransportNode> receivers) throws IOException {
    for (TransportNode receiver : receivers) {
      node.connect(HOST, receiver.port());
    }
  }

  @Override
  public void send(MemorySegment body) {
    node.send(body);
  }

  @Override
  public void received() {
    node.stopSending();
  }

  @Override
  public void close() {
    node.close();
  }
}
