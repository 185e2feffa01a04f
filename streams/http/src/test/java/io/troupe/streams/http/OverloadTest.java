package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.serving.endpoint.Generation;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that come while the endpoint has as many as it admits. */
@Timeout(120)
class OverloadTest {
  private static final List<String> PATHS = List.of("/v1/completions", "/v1/chat/completions");

  @Test
  void aRequestTooManyIsRefusedBeforeItIsRead(@TempDir Path folder) throws Exception {
    try (RunningEndpoint endpoint = RunningEndpoint.start(folder, "load { max-requests = 1 }")) {
      Generation first = endpoint.stalled();
      for (String path : PATHS) {
        for (String body : List.of("{\"prompt\": \"Hello\"}", "{\"prompt\": 5, \"x\": [", "")) {
          HttpResponse<String> refused = endpoint.post(path, body);
          assertThat(refused.statusCode()).isEqualTo(429);
          assertThat(refused.headers().firstValue("Retry-After")).contains("1");
          assertThat(refused.body()).contains("rate_limit_exceeded", "max-requests=1");
        }
      }
      assertThat(endpoint.get("/metrics").body()).contains("troupe_request_refused_total");
      assertThat(endpoint.get("/health").statusCode()).isEqualTo(200);
      first.close();
      assertThat(endpoint.post(PATHS.getFirst(), "{\"prompt\": \"Hello\"}").statusCode())
          .isEqualTo(200);
      assertThat(endpoint.post(PATHS.getFirst(), "{").statusCode()).isEqualTo(400);
    }
  }
}
