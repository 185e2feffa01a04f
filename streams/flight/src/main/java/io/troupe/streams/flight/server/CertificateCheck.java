package io.troupe.streams.flight.server;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Refuses calls of clients whose certificate has expired. The JDK does not look at the dates of a
 * certificate that is listed as an authority itself, nor at one that expires while its connection
 * is open.
 */
final class CertificateCheck implements ServerInterceptor {
  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    if (isValid(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION))) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.UNAUTHENTICATED.withDescription(
            "the certificate of the client must be valid at this time, got another"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static boolean isValid(SSLSession session) {
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        ((X509Certificate) certificate).checkValidity();
      }
      return true;
    } catch (SSLPeerUnverifiedException | CertificateException e) {
      return false;
    }
  }
}
