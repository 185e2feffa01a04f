/**
 * Rows of JSON lines, JSON arrays and Parquet files. {@link io.troupe.data.rows.RowReader} reads a
 * file into {@link io.troupe.data.rows.Row}s.
 */
package io.troupe.data.rows;
