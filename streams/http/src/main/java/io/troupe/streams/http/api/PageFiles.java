package io.troupe.streams.http.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * The files of the page at {@code /}: resources in the folder {@code page}, with names of
 * lower-case letters, digits, dots and hyphens. Thread-safe.
 */
final class PageFiles {
  private static final String FOLDER = "page/";
  private static final String INDEX = "index.html";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*\\.(html|css|js|svg|png)");
  private static final List<HttpHeader> HEADERS =
      List.of(
          RawHeader.create("Cache-Control", "no-cache"),
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                  + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                  + " frame-ancestors 'none'"));
  private static final Map<String, ContentType> TYPES =
      Map.of(
          "html", ContentTypes.TEXT_HTML_UTF8,
          "css", MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8),
          "js", MediaTypes.APPLICATION_JAVASCRIPT.toContentType(HttpCharsets.UTF_8),
          "svg", MediaTypes.IMAGE_SVG_XML.toContentType(),
          "png", MediaTypes.IMAGE_PNG.toContentType());

  private final Map<String, HttpResponse> responses = new ConcurrentHashMap<>();

  /** The route of a path, if a file has it. */
  Optional<Route> route(String path) {
    return name(path)
        .flatMap(this::response)
        .map(
            response ->
                new Route(Route.Access.OPEN, _ -> CompletableFuture.completedFuture(response)));
  }

  private static Optional<String> name(String path) {
    if (path.equals("/")) {
      return Optional.of(INDEX);
    }
    return Optional.of(path)
        .filter(whole -> whole.startsWith("/" + FOLDER))
        .map(whole -> whole.substring(1 + FOLDER.length()))
        .filter(NAME.asMatchPredicate());
  }

  private Optional<HttpResponse> response(String name) {
    HttpResponse known = responses.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<HttpResponse> read = read(name);
    read.ifPresent(response -> responses.put(name, response)); // bounded by the number of files
    return read;
  }

  private static Optional<HttpResponse> read(String name) {
    try (InputStream in = PageFiles.class.getClassLoader().getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        return Optional.empty();
      }
      ContentType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      return Optional.of(
          HttpResponse.create()
              .withEntity(HttpEntities.create(type, in.readAllBytes()))
              .withHeaders(HEADERS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
