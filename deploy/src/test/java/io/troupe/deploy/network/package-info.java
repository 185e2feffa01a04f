/**
 * Trials of clustered runs over a network with faults. Each node is a process in a network
 * namespace of its own, and {@link io.troupe.deploy.network.PacketSwitch} forwards the packets
 * between them: it loses and delays packets and cuts links. {@link
 * io.troupe.deploy.network.NetworkTrial} is one run, {@link io.troupe.deploy.network.NetworkTrials}
 * a program that makes many.
 */
package io.troupe.deploy.network;
