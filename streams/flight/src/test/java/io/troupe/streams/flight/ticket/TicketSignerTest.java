package io.troupe.streams.flight.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.streams.flight.ticket.SignedTicket.Kind;
import io.troupe.streams.flight.ticket.TicketException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TicketSignerTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_000_000);
  private static final UUID ID = new UUID(3, 4);

  private final TicketSigner signer = new TicketSigner(100);

  private static SignedTicket ticket(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new SignedTicket(Kind.REQUEST, ID, NOW.plusMillis(10), bytes);
  }

  private static void assertRefused(Reason reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            TicketException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void aTicketHasItsContent() {
    byte[] bytes = signer.sign(ticket("{}"), "ann");
    assertThat(TicketSigner.isTicket(bytes)).isTrue();
    SignedTicket read = signer.verify(bytes, "ann", NOW.plusMillis(9));
    assertThat(read.kind()).isEqualTo(Kind.REQUEST);
    assertThat(read.id()).isEqualTo(ID);
    assertThat(read.expiresAt()).isEqualTo(NOW.plusMillis(10));
    assertThat(read.content()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aTicketExpires() {
    byte[] bytes = signer.sign(ticket("{}"), "ann");
    assertRefused(Reason.EXPIRED, () -> signer.verify(bytes, "ann", NOW.plusMillis(10)));
  }

  @Test
  void everyByteIsSigned() {
    byte[] bytes = signer.sign(ticket("{}"), "ann");
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertRefused(Reason.FORGED, () -> signer.verify(changed, "ann", NOW));
    }
  }

  @Test
  void aTicketBelongsToItsCaller() {
    byte[] bytes = signer.sign(ticket("{}"), "ann");
    assertRefused(Reason.FORGED, () -> signer.verify(bytes, "bob", NOW));
    assertRefused(Reason.FORGED, () -> new TicketSigner(100).verify(bytes, "ann", NOW));
    // moving a byte between the name and the ticket does not keep the signature
    byte[] shifted = new byte[bytes.length + 1];
    shifted[0] = 'n';
    System.arraycopy(bytes, 0, shifted, 1, bytes.length);
    assertRefused(Reason.FORGED, () -> signer.verify(shifted, "an", NOW));
  }

  @Test
  void ticketsHaveALimitedSize() {
    assertRefused(Reason.MALFORMED, () -> signer.verify(new byte[0], "ann", NOW));
    assertRefused(Reason.MALFORMED, () -> signer.verify(new byte[57], "ann", NOW));
    assertRefused(Reason.MALFORMED, () -> signer.verify(new byte[159], "ann", NOW));
    assertThatThrownBy(() -> signer.sign(ticket("x".repeat(101)), "ann"))
        .hasMessage("the command must be at most 100 bytes, got 101");
    byte[] largest = signer.sign(ticket("x".repeat(100)), "ann");
    assertThat(signer.verify(largest, "ann", NOW).content()).hasSize(100);
    assertRefused(
        Reason.FORGED, () -> signer.verify(Arrays.copyOf(largest, largest.length - 1), "ann", NOW));
  }
}
