package io.troupe.streams.http.api;

import io.troupe.serving.access.Caller;
import io.troupe.serving.request.JsonFields;
import io.troupe.streams.http.server.ClientConnection;
import java.util.Optional;

/**
 * A request that has passed all checks which do not depend on its route.
 *
 * @param id unique in the process
 * @param path of the request
 * @param caller owner of the key; empty for routes that need none
 * @param body the bytes of the body; not to be changed
 * @param connection of the client
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never changed
record Exchange(
    String id, String path, Optional<Caller> caller, byte[] body, ClientConnection connection) {

  /** The fields of the body. */
  JsonFields fields() {
    return JsonFields.parse(body);
  }
}
