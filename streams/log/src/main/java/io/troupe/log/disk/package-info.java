/**
 * The part of a file system that the log uses. {@link io.troupe.log.disk.Disk} is a directory of
 * files that grow at their end; {@link io.troupe.log.disk.FileDisk} is a real one, and tests
 * implement disks that lose, tear and damage what was not forced.
 */
package io.troupe.log.disk;
