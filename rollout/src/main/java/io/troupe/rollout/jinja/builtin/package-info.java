/**
 * The predefined parts of the template language: filters, tests, methods and attributes of values,
 * and global functions. {@link io.troupe.rollout.jinja.builtin.Builtins} finds each by name.
 */
package io.troupe.rollout.jinja.builtin;
