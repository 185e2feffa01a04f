/**
 * StyleGAN2 (arXiv:1912.04958): {@link io.troupe.nn.stylegan2.StyleGan2} is a generator that a
 * style controls in each layer, with its discriminator. The regularizations of both networks need
 * second derivatives: networks compute {@link io.troupe.nn.stylegan2.Dual} numbers. Depends on
 * layers; read {@link io.troupe.nn.stylegan2.StyleGan2} first.
 */
package io.troupe.nn.stylegan2;
