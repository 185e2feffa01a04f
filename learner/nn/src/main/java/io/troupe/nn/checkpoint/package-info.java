/**
 * Reading and writing weights: {@link io.troupe.nn.checkpoint.StateDictFile} reads and writes the
 * state of a module as one file, {@link io.troupe.nn.checkpoint.SafetensorsFile} reads one
 * safetensors file and {@link io.troupe.nn.checkpoint.SafetensorsWriter} writes one. Files are
 * untrusted input: every length and offset is checked before memory is allocated. Files are written
 * under a temporary name and renamed, so that a reader never sees a partial file.
 */
package io.troupe.nn.checkpoint;
