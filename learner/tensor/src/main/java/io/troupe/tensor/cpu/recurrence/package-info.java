/**
 * RNN, LSTM and GRU layers over whole sequences. Read {@link
 * io.troupe.tensor.cpu.recurrence.CpuRecurrence} first.
 */
package io.troupe.tensor.cpu.recurrence;
