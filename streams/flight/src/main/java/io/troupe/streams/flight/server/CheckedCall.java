package io.troupe.streams.flight.server;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A call that can be ended from outside while its handler writes: from then on it looks canceled to
 * its handler, and what the handler sends is dropped.
 *
 * @param <Q> the type of the requests of the handler
 * @param <S> the type of the responses
 */
final class CheckedCall<Q, S> extends ServerCall<Q, S> {
  private final ServerCall<byte[], S> call;
  private final MethodDescriptor<Q, S> method;
  private boolean isRejected; // guarded by this, as are all writes

  CheckedCall(ServerCall<byte[], S> call, MethodDescriptor<Q, S> method) {
    this.call = call;
    this.method = method;
  }

  /** Ends the call with an error. */
  synchronized void reject(Status status) {
    if (!isRejected) {
      isRejected = true;
      call.close(status, new Metadata());
    }
  }

  synchronized boolean isRejected() {
    return isRejected;
  }

  @Override
  public void request(int numMessages) {
    call.request(numMessages);
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!isRejected) {
      call.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(S message) {
    if (!isRejected) {
      call.sendMessage(message);
    }
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (!isRejected) {
      call.close(status, trailers);
    }
  }

  @Override
  public boolean isCancelled() {
    return isRejected() || call.isCancelled();
  }

  @Override
  public boolean isReady() {
    return call.isReady();
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    call.setMessageCompression(enabled);
  }

  @Override
  public void setCompression(String compressor) {
    call.setCompression(compressor);
  }

  @Override
  public void setOnReadyThreshold(int numBytes) {
    call.setOnReadyThreshold(numBytes);
  }

  @Override
  public SecurityLevel getSecurityLevel() {
    return call.getSecurityLevel();
  }

  @Override
  public Attributes getAttributes() {
    return call.getAttributes();
  }

  @Override
  public String getAuthority() {
    return call.getAuthority();
  }

  @Override
  public MethodDescriptor<Q, S> getMethodDescriptor() {
    return method;
  }
}
