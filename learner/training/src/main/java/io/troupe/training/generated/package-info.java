/**
 * Measures of generated images: {@link io.troupe.training.generated.GeneratedImages} compares their
 * features with those of real images, and counts their classes. Read it first.
 */
package io.troupe.training.generated;
