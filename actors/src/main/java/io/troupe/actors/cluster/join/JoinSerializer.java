package io.troupe.actors.cluster.join;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.pekko.serialization.JSerializer;

/** Writes {@link JoinMessage}s as CBOR. Pekko creates it by the name in {@code reference.conf}. */
public final class JoinSerializer extends JSerializer {
  private static final int IDENTIFIER = 73_001;
  private static final int MAX_DEPTH = 8;
  private static final int MAX_TEXT = 256 << 10; // the largest message that Artery carries

  private final ObjectMapper cbor =
      new ObjectMapper(
          CBORFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(MAX_DEPTH)
                      .maxStringLength(MAX_TEXT)
                      .build())
              .build());

  /** A serializer. */
  public JoinSerializer() {}

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public boolean includeManifest() {
    return false;
  }

  @Override
  public byte[] toBinary(Object message) {
    try {
      return cbor.writerFor(JoinMessage.class).writeValueAsBytes(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Object fromBinaryJava(byte[] bytes, Class<?> manifest) {
    try {
      return cbor.readValue(bytes, JoinMessage.class);
    } catch (IOException e) {
      throw new IllegalArgumentException("a message of a joining node is damaged", e);
    }
  }
}
