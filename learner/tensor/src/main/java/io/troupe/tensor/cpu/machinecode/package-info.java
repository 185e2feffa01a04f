/**
 * Machine code for x86-64 that is generated at run time: an assembler for the few instructions that
 * kernels need, executable memory, and calls into it. Generated kernels have the same speed in
 * every process and from the first call, which compiled Java methods do not.
 */
package io.troupe.tensor.cpu.machinecode;
