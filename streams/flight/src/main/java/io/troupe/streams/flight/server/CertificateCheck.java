package io.troupe.streams.flight.server;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.troupe.serving.tls.ServerTls;

/**
 * Refuses calls of clients whose certificate has expired, before or after they connected. A client
 * of gRPC would not see why a handshake fails, so the dates are not checked there.
 */
record CertificateCheck(ServerTls tls) implements ServerInterceptor {
  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    if (tls.hasCurrentClient(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION))) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.UNAUTHENTICATED.withDescription(
            "the certificate of the client must be valid at this time, got another"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
