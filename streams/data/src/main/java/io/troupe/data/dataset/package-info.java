/**
 * Datasets of supervised learning: images, rows of numbers and text, read from idx, CSV, image
 * folders, text and safetensors. {@link io.troupe.data.dataset.DataSource} opens the data at a
 * path; a {@link io.troupe.data.dataset.Dataset} returns batches of its examples as plain arrays.
 */
package io.troupe.data.dataset;
