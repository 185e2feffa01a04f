/**
 * The groups of a run as its experience log has them, for {@code troupe log}. {@link
 * io.troupe.deploy.groups.GroupLog} reads them, {@link io.troupe.deploy.groups.GroupTable} and
 * {@link io.troupe.deploy.groups.GroupJson} print them.
 */
package io.troupe.deploy.groups;
