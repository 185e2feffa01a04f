/**
 * Noise schedulers of diffusion models with the names, settings and numbers of diffusers: they
 * decide at which times a model is evaluated, and compute the next sample from its output. {@link
 * io.troupe.nn.schedulers.SchedulerJson} reads and writes {@code scheduler_config.json}; a {@link
 * io.troupe.nn.schedulers.NoiseScheduler} makes a {@link io.troupe.nn.schedulers.Denoising} for
 * each trajectory. Tables are computed in double precision, where diffusers uses float32.
 */
package io.troupe.nn.schedulers;
