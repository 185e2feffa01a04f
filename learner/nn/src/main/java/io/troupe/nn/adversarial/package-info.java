/**
 * Generative adversarial networks: {@link io.troupe.nn.adversarial.AdversarialPair} is a generator
 * with its discriminator, {@link io.troupe.nn.adversarial.Gan} and {@link
 * io.troupe.nn.adversarial.Dcgan} make them. Depends on layers; read {@link
 * io.troupe.nn.adversarial.AdversarialPair} first.
 */
package io.troupe.nn.adversarial;
