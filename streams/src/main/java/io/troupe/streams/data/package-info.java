/**
 * Prompts and demonstrations from files: JSON lines, JSON arrays and Parquet. {@link
 * io.troupe.streams.data.PromptReader} makes prompts of rows, {@link
 * io.troupe.streams.data.PromptOrder} says which prompt is whose turn.
 */
package io.troupe.streams.data;
