package io.troupe.nn.decoder;

import io.troupe.nn.lm.AttentionCache;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.backend.RotaryAngles;
import java.util.List;

/**
 * The data that the layers of one forward pass share.
 *
 * @param angles of the rows, one element for each rotary table
 * @param layout the sequences in the rows; not used with a cache
 * @param cache attends to earlier passes too; or null
 */
record Pass(List<RotaryAngles> angles, PackedSequences layout, AttentionCache cache) {}
