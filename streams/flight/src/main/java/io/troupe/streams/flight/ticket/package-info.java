/**
 * Tickets: the opaque bytes with which a client fetches a stream or refers to a job. A ticket holds
 * its own content and is signed, so the server keeps no state for it. Read {@link
 * io.troupe.streams.flight.ticket.TicketSigner} first.
 */
package io.troupe.streams.flight.ticket;
