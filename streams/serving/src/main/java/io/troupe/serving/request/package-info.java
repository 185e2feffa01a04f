/**
 * Requests as clients write them: fields with the names of OpenAI's API and of vLLM, in JSON.
 * {@link io.troupe.serving.request.JsonFields} reads any object, {@link
 * io.troupe.serving.request.GenerationFields} the settings that HTTP and Arrow Flight share, and
 * {@link io.troupe.serving.request.GenerationRequest} is the result.
 */
package io.troupe.serving.request;
