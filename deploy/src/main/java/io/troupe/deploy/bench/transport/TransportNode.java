package io.troupe.deploy.bench.transport;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** A node that sends and receives bodies of one size, with a driver and threads of its own. */
interface TransportNode extends AutoCloseable {
  /** Host of all nodes. */
  String HOST = "127.0.0.1";

  /** The bound port. */
  int port();

  /** Connects to the nodes that bodies are sent to. */
  void connect(List<? extends TransportNode> receivers) throws Exception;

  /** Sends a body to all connected nodes, without waiting. */
  void send(MemorySegment body);

  /** All nodes that are not stopped have received the body. */
  void received();

  @Override
  void close();
}
