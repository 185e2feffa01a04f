/**
 * Data of supervised learning: pictures, rows of numbers and text, read from idx, CSV, image
 * folders, text and safetensors. {@link io.troupe.data.dataset.DataSource} opens what lies at a
 * path; a {@link io.troupe.data.dataset.Dataset} gives batches of its examples as plain arrays.
 */
package io.troupe.data.dataset;
