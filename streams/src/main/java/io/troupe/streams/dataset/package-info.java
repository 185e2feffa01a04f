/**
 * Data of supervised learning: pictures, rows of numbers and text, read from idx, CSV, image
 * folders, text and safetensors. {@link io.troupe.streams.dataset.DataSource} opens what lies at a
 * path; a {@link io.troupe.streams.dataset.Dataset} gives batches of its examples as plain arrays.
 */
package io.troupe.streams.dataset;
