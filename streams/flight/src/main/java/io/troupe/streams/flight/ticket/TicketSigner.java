package io.troupe.streams.flight.ticket;

import io.troupe.streams.flight.ticket.SignedTicket.Kind;
import io.troupe.streams.flight.ticket.TicketException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Issues and checks tickets. A ticket is signed with HMAC-SHA-256 under a random key of this
 * process, together with the name of the caller it is issued to. Thread-safe.
 *
 * <p>Layout, big-endian: format (1 byte), kind (1 byte), id (16 bytes), expiry in milliseconds
 * since 1970 (8 bytes), content, signature (32 bytes).
 */
public final class TicketSigner {
  private static final byte FORMAT = 1;
  private static final int HEADER_BYTES = 1 + 1 + 16 + 8;
  private static final int SIGNATURE_BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  /** Number of bytes of a ticket in addition to its content. */
  public static final int OVERHEAD_BYTES = HEADER_BYTES + SIGNATURE_BYTES;

  private final SecretKeySpec key;
  private final int maxContentBytes;

  /**
   * A signer with a new random key.
   *
   * @param maxContentBytes maximum size of a ticket's content
   */
  public TicketSigner(int maxContentBytes) {
    byte[] secret = new byte[SIGNATURE_BYTES];
    new SecureRandom().nextBytes(secret);
    this.key = new SecretKeySpec(secret, ALGORITHM);
    this.maxContentBytes = maxContentBytes;
  }

  /** Whether bytes begin as a ticket does; commands, which are JSON, do not. */
  public static boolean isTicket(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == FORMAT;
  }

  /** The bytes of a ticket for a caller. */
  public byte[] sign(SignedTicket ticket, String caller) {
    byte[] content = ticket.content();
    if (content.length > maxContentBytes) {
      throw new IllegalArgumentException(
          "the command must be at most %d bytes, got %d"
              .formatted(maxContentBytes, content.length));
    }
    ByteBuffer bytes = ByteBuffer.allocate(OVERHEAD_BYTES + content.length);
    bytes.put(FORMAT).put((byte) ticket.kind().ordinal());
    bytes.putLong(ticket.id().getMostSignificantBits());
    bytes.putLong(ticket.id().getLeastSignificantBits());
    bytes.putLong(ticket.expiresAt().toEpochMilli());
    bytes.put(content);
    bytes.put(signature(bytes.array(), bytes.position(), caller));
    return bytes.array();
  }

  /**
   * The content of a ticket.
   *
   * @param caller the name of the caller who presents it
   * @throws TicketException if it is not a ticket of this server for this caller, or has expired
   */
  public SignedTicket verify(byte[] bytes, String caller, Instant now) {
    if (bytes.length < OVERHEAD_BYTES || bytes.length > OVERHEAD_BYTES + maxContentBytes) {
      throw new TicketException(
          Reason.MALFORMED,
          "the ticket must have between %d and %d bytes, got %d"
              .formatted(OVERHEAD_BYTES, OVERHEAD_BYTES + maxContentBytes, bytes.length));
    }
    int signedBytes = bytes.length - SIGNATURE_BYTES;
    byte[] signature = Arrays.copyOfRange(bytes, signedBytes, bytes.length);
    if (!MessageDigest.isEqual(signature, signature(bytes, signedBytes, caller))) {
      throw new TicketException(
          Reason.FORGED,
          "the ticket must be one that this server has issued to you since its start, got another;"
              + " call GetFlightInfo again");
    }
    SignedTicket ticket = read(ByteBuffer.wrap(bytes, 0, signedBytes));
    if (!now.isBefore(ticket.expiresAt())) {
      throw new TicketException(
          Reason.EXPIRED,
          "the ticket must be used before %s, got %s; call GetFlightInfo again"
              .formatted(ticket.expiresAt(), now));
    }
    return ticket;
  }

  /** The fields of bytes that this signer has signed. */
  private static SignedTicket read(ByteBuffer bytes) {
    bytes.get(); // the format, which the signature covers
    Kind kind = Kind.values()[bytes.get()];
    UUID id = new UUID(bytes.getLong(), bytes.getLong());
    Instant expiresAt = Instant.ofEpochMilli(bytes.getLong());
    byte[] content = new byte[bytes.remaining()];
    bytes.get(content);
    return new SignedTicket(kind, id, expiresAt, content);
  }

  private byte[] signature(byte[] bytes, int length, String caller) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] name = caller.getBytes(StandardCharsets.UTF_8);
      // with its length in front, no other split of name and ticket has the same signature
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
      mac.update(name);
      mac.update(bytes, 0, length);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
