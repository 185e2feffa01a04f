/**
 * Replication of the log to one or three coordinator nodes. A leader is chosen from outside, and
 * two at once are harmless: each has an epoch, a majority of the nodes promises to follow only the
 * newest one, and a record is committed when it is durable on a majority. The protocol is that of
 * Raft (Ongaro and Ousterhout 2014, section 5), with two differences: the leader is not elected,
 * and a leader adopts the longest log of its majority instead of having it already. Start with
 * {@link io.troupe.log.replication.ReplicatedLog}.
 */
package io.troupe.log.replication;
