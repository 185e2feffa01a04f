/**
 * Clustered runs on the command line: the options of a node, and {@link
 * io.troupe.deploy.cluster.Supervisor}, which keeps the processes of a cluster on this machine
 * running.
 */
package io.troupe.deploy.cluster;
