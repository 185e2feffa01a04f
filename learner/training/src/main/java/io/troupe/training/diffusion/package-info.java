/**
 * Training of latent diffusion on images with captions, and of ControlNets on images with captions
 * and edges; the parts of the pipeline that are not trained stay as they are. Read {@link
 * io.troupe.training.diffusion.LatentDiffusionTask} first. Results are measured by samples: {@link
 * io.troupe.training.diffusion.CaptionCheck} finds the caption of a sample with another model.
 */
package io.troupe.training.diffusion;
