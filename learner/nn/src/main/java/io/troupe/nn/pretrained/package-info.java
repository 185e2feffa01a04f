/**
 * Language models as Hugging Face folders: {@link io.troupe.nn.pretrained.PretrainedModel} loads
 * and saves them; the registry provides the families. All files are untrusted input: sizes are
 * checked before memory is allocated.
 */
package io.troupe.nn.pretrained;
