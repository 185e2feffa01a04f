package io.troupe.serving.model;

import io.troupe.nn.lm.CausalLM;
import io.troupe.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identifies the weights that an endpoint decodes with.
 *
 * @param version increases with every update; the version that tokens carry
 * @param checksum SHA-256 of names, shapes and values of all parameters, in hexadecimal digits
 * @param source directory or run that the weights come from
 */
public record Weights(long version, String checksum, String source) {
  private static final int CHUNK_BYTES = 1 << 20;

  /**
   * The checksum of a model's parameters.
   *
   * @return SHA-256 in hexadecimal digits
   */
  public static String checksum(CausalLM model) {
    MessageDigest digest = sha256();
    byte[] chunk = new byte[CHUNK_BYTES];
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              String header = name + ' ' + parameter.dtype() + ' ' + parameter.shape() + '\n';
              digest.update(header.getBytes(StandardCharsets.UTF_8));
              update(digest, parameter, chunk);
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, Tensor parameter, byte[] chunk) {
    long size = parameter.sizeBytes();
    for (long offset = 0; offset < size; offset += chunk.length) {
      int length = (int) Math.min(chunk.length, size - offset);
      parameter.getBytes(offset, MemorySegment.ofBuffer(ByteBuffer.wrap(chunk, 0, length)));
      digest.update(chunk, 0, length);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The first digits of the checksum, as responses show it. */
  public String shortChecksum() {
    return checksum.substring(0, 12);
  }
}
