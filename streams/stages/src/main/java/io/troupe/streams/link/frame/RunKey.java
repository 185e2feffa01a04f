package io.troupe.streams.link.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of a run, from which the key of each pair of nodes is derived (HKDF-SHA256, RFC 5869).
 * Its text shows no byte of it.
 */
public final class RunKey implements FrameProtection {
  /** Number of bytes. */
  public static final int LENGTH = 32;

  private static final byte[] SALT = "troupe bulk transport 1".getBytes(StandardCharsets.US_ASCII);

  private final SecretKey secret;

  private RunKey(byte[] bytes) {
    this.secret = new SecretKeySpec(bytes, "Generic");
  }

  /**
   * A key from its bytes, which are copied.
   *
   * @throws IllegalArgumentException if there are not {@link #LENGTH} of them
   */
  public static RunKey of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "the key of a run must have " + LENGTH + " bytes, got " + bytes.length);
    }
    return new RunKey(bytes);
  }

  /** A new random key. */
  public static RunKey random() {
    byte[] bytes = new byte[LENGTH];
    new SecureRandom().nextBytes(bytes);
    return new RunKey(bytes);
  }

  @Override
  public FrameSeal seal(long sender, long incarnation, long start, long receiver) {
    byte[] info =
        ByteBuffer.allocate(4 * Long.BYTES)
            .putLong(sender)
            .putLong(incarnation)
            .putLong(start)
            .putLong(receiver)
            .array();
    try {
      SecretKey key =
          KDF.getInstance("HKDF-SHA256")
              .deriveKey(
                  "AES",
                  HKDFParameterSpec.ofExtract()
                      .addIKM(secret)
                      .addSalt(SALT)
                      .thenExpand(info, LENGTH));
      return new AesGcmSeal(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the Java runtime must provide HKDF-SHA256", e);
    }
  }

  @Override
  public void warmUp() {
    WarmUp.ensureDone();
  }

  /** Compiles AES-GCM once for the process, with frames that nobody receives. */
  private static final class WarmUp {
    private static final int FRAMES = 12_000; // the compiler's threshold is 5,000 calls
    private static final int PAYLOAD_BYTES = 1024;

    static {
      FrameSeal seal = random().seal(0, 0, 0, 0);
      byte[] frame = new byte[FrameHeader.OVERHEAD + PAYLOAD_BYTES];
      byte[] payload = new byte[PAYLOAD_BYTES];
      try {
        for (int i = 0; i < FRAMES; i++) {
          seal.seal(frame, i, payload, PAYLOAD_BYTES);
          seal.open(frame, i, payload, PAYLOAD_BYTES);
        }
      } catch (RejectedFrameException e) {
        throw new IllegalStateException("AES-GCM must open what it has sealed", e);
      }
    }

    static void ensureDone() {} // the initialization of the class does it
  }

  @Override
  public String toString() {
    return "RunKey[" + LENGTH + " bytes]";
  }
}
