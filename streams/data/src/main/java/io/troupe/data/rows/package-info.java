/**
 * Rows of JSON lines, JSON arrays, CSV and Parquet files. {@link io.troupe.data.rows.RowReader}
 * reads a file into {@link io.troupe.data.rows.Row}s, whose columns are {@link
 * io.troupe.data.rows.Value}s. Numbers are kept as their exact decimal text.
 */
package io.troupe.data.rows;
