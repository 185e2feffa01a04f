package io.troupe.deploy.generate;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import java.util.OptionalDouble;

/**
 * A completion of a prompt.
 *
 * @param prompt the prompt
 * @param completion tokens and text of the completion
 * @param score of the beam; empty without beam search
 */
public record GeneratedSequence(Prompt prompt, Completion completion, OptionalDouble score) {}
