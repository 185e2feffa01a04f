/**
 * The values of a template and Python's operations on them: text, comparison, arithmetic,
 * subscripts, iteration, JSON. Every operation that allocates memory charges a {@link
 * io.troupe.rollout.jinja.value.Budget}. Start with {@link io.troupe.rollout.jinja.value.Value}.
 */
package io.troupe.rollout.jinja.value;
