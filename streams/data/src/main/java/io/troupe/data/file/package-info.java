/**
 * Opens data files and limits their size. {@link io.troupe.data.file.DataFile} reads bytes, {@link
 * io.troupe.data.file.TextFile} reads text; both unpack gzip.
 */
package io.troupe.data.file;
