/**
 * Reading and writing weights: {@link io.troupe.nn.checkpoint.PretrainedModel} loads and saves
 * language models as Hugging Face folders, {@link io.troupe.nn.checkpoint.StateDictFile} any module
 * as one file, {@link io.troupe.nn.checkpoint.SafetensorsFile} reads one safetensors file and
 * {@link io.troupe.nn.checkpoint.SafetensorsWriter} writes one. Files come from outside: every
 * length and offset is checked before memory is taken for it. Files are written beside their place
 * and renamed, so that none is ever seen half-written.
 */
package io.troupe.nn.checkpoint;
