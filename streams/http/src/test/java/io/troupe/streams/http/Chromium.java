package io.troupe.streams.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A tab of a headless Chromium, controlled over the DevTools protocol. */
final class Chromium implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger nextId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final WebSocket socket;

  private Chromium(Process process, String address) throws Exception {
    this.process = process;
    HttpRequest list =
        HttpRequest.newBuilder(URI.create("http://" + address + "/json/list")).build();
    JsonNode tabs = JSON.readTree(client.send(list, BodyHandlers.ofString()).body());
    String tab = "";
    for (JsonNode one : tabs) {
      if (one.path("type").asText().equals("page")) {
        tab = one.path("webSocketDebuggerUrl").asText();
      }
    }
    this.socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create(tab), new Messages())
            .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    call("Runtime.enable", Map.of());
    call("Log.enable", Map.of());
    call("Page.enable", Map.of());
  }

  /** The program, if it is installed. */
  static Optional<Path> program() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts the browser.
   *
   * @param folder for its profile
   */
  static Chromium start(Path program, Path folder) throws Exception {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox", // tests may run as root
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-dev-shm-usage",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder,
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      BufferedReader errors = process.errorReader(StandardCharsets.UTF_8);
      for (String line = errors.readLine(); line != null; line = errors.readLine()) {
        Matcher listening = LISTENING.matcher(line);
        if (listening.find()) {
          Thread.ofVirtual()
              .start(() -> errors.lines().forEach(_ -> {})); // so that it never blocks
          return new Chromium(process, listening.group(1));
        }
      }
      throw new IOException("Chromium ended without a DevTools address");
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Collects the answers of calls, and what the page complains about. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence part, boolean last) {
      message.append(part);
      if (last) {
        receive(message.toString());
        message.setLength(0);
      }
      webSocket.request(1);
      return null;
    }
  }

  private void receive(String text) {
    try {
      JsonNode message = JSON.readTree(text);
      if (message.has("id")) {
        calls.remove(message.get("id").asInt()).complete(message);
      } else if (message.path("method").asText().equals("Runtime.exceptionThrown")) {
        complaints.add(message.at("/params/exceptionDetails").toString());
      } else if (message.at("/params/entry/level").asText().equals("error")) {
        complaints.add(message.at("/params/entry/text").asText());
      }
    } catch (IOException e) {
      complaints.add("unreadable message: " + text);
    }
  }

  /** Sends a command; returns its result. */
  JsonNode call(String method, Map<String, Object> parameters) throws Exception {
    int id = nextId.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    calls.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    socket.sendText(message.toString(), true).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    JsonNode result = answer.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    if (result.has("error")) {
      throw new IOException(method + ": " + result.get("error"));
    }
    return result.path("result");
  }

  /** Opens a page; returns after its scripts have started. */
  void open(URI page) throws Exception {
    complaints.clear();
    call("Page.navigate", Map.of("url", page.toString()));
    waitUntil("location.href === '" + page + "' && document.readyState === 'complete'");
  }

  /** Evaluates JavaScript, and waits for its promise. */
  JsonNode evaluate(String script) throws Exception {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", script, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(script + ": " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  /** Waits until a condition in JavaScript holds. */
  void waitUntil(String condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!evaluate("Boolean(" + condition + ")").asBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("never: " + condition + "; complaints: " + complaints);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Sets the size of the window in CSS pixels. */
  void resize(int width, int height, boolean mobile) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
  }

  /** Writes a picture of the window. */
  void screenshot(Path file) throws Exception {
    JsonNode picture = call("Page.captureScreenshot", Map.of("format", "png"));
    Files.write(file, Base64.getDecoder().decode(picture.path("data").asText()));
  }

  /** Exceptions, violations of the security policy and failed requests since the page opened. */
  List<String> complaints() {
    return complaints;
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join());
  }
}
