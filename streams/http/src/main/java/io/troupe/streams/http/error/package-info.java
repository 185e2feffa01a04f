/**
 * Errors as clients of OpenAI's API expect them: an object with message, type, field and code, and
 * the right status. {@link io.troupe.streams.http.error.ApiError} is the object.
 */
package io.troupe.streams.http.error;
