/**
 * Training of several modules in turn, such as the two networks of a GAN: {@link
 * io.troupe.training.alternating.AlternatingTask} computes the losses, {@link
 * io.troupe.training.alternating.AlternatingTrainer} has an optimizer for each part. Read {@link
 * io.troupe.training.alternating.AlternatingTask} first.
 */
package io.troupe.training.alternating;
