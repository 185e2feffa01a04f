package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.protocol.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.serialization.JSerializer;

/** Writes {@link Envelope}s. Pekko creates it by the name in {@code reference.conf}. */
public final class EnvelopeSerializer extends JSerializer {
  private static final int IDENTIFIER = 73_002;
  private static final int MAX_NODE_BYTES = 1 + NodeId.MAX_NAME + Long.BYTES;

  /** A serializer. */
  public EnvelopeSerializer() {}

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public boolean includeManifest() {
    return false;
  }

  @Override
  public byte[] toBinary(Object object) {
    Envelope envelope = (Envelope) object;
    int bytes = envelope.messages().stream().mapToInt(each -> Integer.BYTES + each.length).sum();
    ByteBuffer out = ByteBuffer.allocate(2 * MAX_NODE_BYTES + bytes);
    put(out, envelope.from());
    put(out, envelope.to());
    envelope.messages().forEach(each -> out.putInt(each.length).put(each));
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void put(ByteBuffer out, NodeId node) {
    byte[] name = node.name().getBytes(StandardCharsets.US_ASCII);
    out.put((byte) name.length).put(name).putLong(node.incarnation());
  }

  private static NodeId node(ByteBuffer in) {
    byte[] name = new byte[Byte.toUnsignedInt(in.get())];
    in.get(name);
    return new NodeId(new String(name, StandardCharsets.US_ASCII), in.getLong());
  }

  private static byte[] message(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] message = new byte[length];
    in.get(message);
    return message;
  }

  @Override
  public Object fromBinaryJava(byte[] bytes, Class<?> manifest) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      NodeId from = node(in);
      NodeId to = node(in);
      List<byte[]> messages = new ArrayList<>();
      while (in.hasRemaining()) {
        messages.add(message(in));
      }
      return new Envelope(from, to, messages);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("an envelope is damaged", e);
    }
  }
}
