/**
 * Pictures of colored shapes on textured backgrounds, drawn from a seed and rendered at any size,
 * with answers that can be verified: caption, segmentation, depth, edges and boxes. A {@link
 * io.troupe.data.shapes.Scene} is independent of the size of its picture; read it first. {@link
 * io.troupe.data.shapes.RenderedScene} has the pixels.
 */
package io.troupe.data.shapes;
