/**
 * DoExchange: prompts in, tokens out, as far as the reader has given credits. Read {@link
 * io.troupe.streams.flight.exchange.Exchange} first.
 */
package io.troupe.streams.flight.exchange;
