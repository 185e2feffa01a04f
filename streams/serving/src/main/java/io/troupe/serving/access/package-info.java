/**
 * Who may use an endpoint: {@link io.troupe.serving.access.ApiKeys} finds the {@link
 * io.troupe.serving.access.Caller} of a bearer token.
 */
package io.troupe.serving.access;
