/**
 * A run of any kind: its directory on disk, its actor system and threads, the listener that
 * observes it and the ways in which it can end.
 */
package io.troupe.actors.run;
