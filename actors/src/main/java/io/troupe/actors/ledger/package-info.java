/**
 * Tracks groups by id and digest, from their issue until they are trained or dropped. {@link
 * io.troupe.actors.ledger.DigestLedger} serves the coordinators of local and of clustered runs,
 * which keep the content of the groups themselves.
 */
package io.troupe.actors.ledger;
