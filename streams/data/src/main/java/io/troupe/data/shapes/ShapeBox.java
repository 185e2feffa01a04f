package io.troupe.data.shapes;

/**
 * The visible part of a shape in a picture.
 *
 * @param look color and kind
 * @param left first column
 * @param top first row
 * @param right column after the last one
 * @param bottom row after the last one
 */
public record ShapeBox(ColoredKind look, int left, int top, int right, int bottom) {}
