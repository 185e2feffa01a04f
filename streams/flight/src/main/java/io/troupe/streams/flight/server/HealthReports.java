package io.troupe.streams.flight.server;

import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.FlightConstants;

/**
 * gRPC's health service, {@code grpc.health.v1.Health}, for the whole server and for Flight. It
 * needs no API key. Thread-safe.
 */
final class HealthReports {
  private final HealthStatusManager manager = new HealthStatusManager();
  private final BooleanSupplier isReady;
  private final AtomicBoolean isStopped = new AtomicBoolean();

  HealthReports(BooleanSupplier isReady) {
    this.isReady = isReady;
    update();
  }

  BindableService service() {
    return manager.getHealthService();
  }

  /** Reports the current state; clients that watch it are told of a change. */
  void update() {
    ServingStatus status =
        isReady.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    manager.setStatus(FlightConstants.SERVICE, status);
  }

  /** Reports that the server stops; repeating it is harmless. */
  void stop() {
    if (isStopped.compareAndSet(false, true)) {
      manager.enterTerminalState();
    }
  }
}
