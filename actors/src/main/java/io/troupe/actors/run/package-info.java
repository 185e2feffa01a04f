/**
 * A whole run: its task, its folder on disk, who watches it, and {@link
 * io.troupe.actors.run.LocalRun}, which wires every actor in one JVM. Read {@link
 * io.troupe.actors.run.LocalRun} first; the actors themselves are in {@code io.troupe.actors}.
 */
package io.troupe.actors.run;
