/**
 * Reading and writing Hugging Face folders: {@link io.troupe.nn.checkpoint.PretrainedModel} loads
 * and saves whole models, {@link io.troupe.nn.checkpoint.SafetensorsFile} reads one safetensors
 * file and {@link io.troupe.nn.checkpoint.SafetensorsWriter} writes one. Files come from outside:
 * every length and offset is checked before memory is taken for it. Files are written beside their
 * place and renamed, so that none is ever seen half-written.
 */
package io.troupe.nn.checkpoint;
