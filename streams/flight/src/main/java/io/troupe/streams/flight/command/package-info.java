/**
 * Commands in JSON: {@link io.troupe.streams.flight.command.GenerateCommand} for GetFlightInfo and
 * PollFlightInfo, {@link io.troupe.streams.flight.command.ExchangeCommand} for DoExchange. Settings
 * have the names of the HTTP API; an unknown field is an error.
 */
package io.troupe.streams.flight.command;
