/**
 * JSON as bytes, written with a streaming generator into one array. {@link
 * io.troupe.streams.http.json.JsonOutput} holds the array.
 */
package io.troupe.streams.http.json;
