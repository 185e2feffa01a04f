/**
 * Languages of JSON texts. {@link io.troupe.rollout.constraint.schema.SchemaLanguage} builds the
 * language of a JSON Schema and documents which keywords it supports; {@link
 * io.troupe.rollout.constraint.schema.JsonText} has the languages of strings, numbers and
 * separators.
 */
package io.troupe.rollout.constraint.schema;
