/**
 * Writes Parquet files through DuckDB. {@link io.troupe.data.parquet.JsonLinesExport} converts JSON
 * Lines, such as the samples of a run.
 */
package io.troupe.data.parquet;
