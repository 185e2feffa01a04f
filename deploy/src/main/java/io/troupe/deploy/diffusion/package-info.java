/**
 * Parts of the command that draws images from texts. {@link io.troupe.deploy.diffusion.Prompts}
 * turns texts into the ids of a pipeline's text encoder.
 */
package io.troupe.deploy.diffusion;
