/**
 * The layers of a model as a table: shapes, parameters, multiply-adds and receptive fields. A
 * prediction runs on a backend that computes nothing and notes what it is asked for, so that the
 * table shows what a model does, and large models need no memory.
 */
package io.troupe.nn.summary;
