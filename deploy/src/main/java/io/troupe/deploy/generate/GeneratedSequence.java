package io.troupe.deploy.generate;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import java.util.OptionalDouble;

/**
 * One continuation of one prompt.
 *
 * @param prompt what was continued
 * @param completion its tokens and text
 * @param score of the beam; empty without beam search
 */
public record GeneratedSequence(Prompt prompt, Completion completion, OptionalDouble score) {}
