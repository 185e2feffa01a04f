/**
 * CSV as RFC 4180 defines it. {@link io.troupe.data.csv.CsvFile} detects the separator and reads
 * records; it does not interpret them.
 */
package io.troupe.data.csv;
