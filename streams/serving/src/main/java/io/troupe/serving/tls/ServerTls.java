package io.troupe.serving.tls;

import io.troupe.protocols.config.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The server's side of TLS 1.2 and 1.3, from PEM files, with the JDK's provider. Thread-safe.
 *
 * <p>The JDK does not look at the dates of a certificate that is itself listed as an authority, nor
 * at one that expires while its connection is open. So each protocol also calls {@link
 * #hasCurrentClient} for each request.
 */
public final class ServerTls {
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final char[] NO_PASSWORD = new char[0];
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final KeyManager identity;
  private final Optional<X509ExtendedTrustManager> clients;
  private final SSLContext context;
  private final InstantSource clock;

  private ServerTls(
      KeyManager identity,
      Optional<X509ExtendedTrustManager> clients,
      SSLContext context,
      InstantSource clock) {
    this.identity = identity;
    this.clients = clients;
    this.context = context;
    this.clock = clock;
  }

  /**
   * Reads the files.
   *
   * @param clock decides whether the certificate of a client has expired
   * @throws IllegalArgumentException if a file cannot be used; the message never contains a key
   */
  public static ServerTls load(TlsConfig config, InstantSource clock) {
    Certificate[] chain = certificates("tls-cert", config.certificate());
    PrivateKey key = privateKey(config.key(), chain[0].getPublicKey().getAlgorithm());
    try {
      KeyManager identity = keyManager(chain, key);
      Optional<X509ExtendedTrustManager> clients = Optional.empty();
      if (config.clientCa().isPresent()) {
        clients = Optional.of(trustManager(config.clientCa().get()));
      }
      TrustManager[] trusted =
          clients
              .map(c -> new TrustManager[] {new CurrentCertificates(c, clock)})
              .orElse(new TrustManager[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {identity}, trusted, null);
      return new ServerTls(identity, clients, context, clock);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "tls-key must be the private key of tls-cert, got " + e.getMessage(), e);
    }
  }

  /** The TLS engine of a new connection. A client with an expired certificate fails to connect. */
  public SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(PROTOCOLS);
    engine.setNeedClientAuth(clients.isPresent());
    return engine;
  }

  /** The key and the chain of the server, for libraries that create engines themselves. */
  public KeyManager identity() {
    return identity;
  }

  /**
   * Decides which certificates of clients have a known authority; does not look at all dates. Empty
   * if clients need no certificate.
   */
  public Optional<X509ExtendedTrustManager> clients() {
    return clients;
  }

  /**
   * Whether the client of an established session may send requests at this time: it needs no
   * certificate, or has one that has not expired.
   */
  public boolean hasCurrentClient(SSLSession session) {
    if (clients.isEmpty()) {
      return true;
    }
    try {
      Date now = Date.from(clock.instant());
      for (Certificate certificate : session.getPeerCertificates()) {
        ((X509Certificate) certificate).checkValidity(now);
      }
      return true;
    } catch (SSLPeerUnverifiedException | CertificateException e) {
      return false;
    }
  }

  private static KeyManager keyManager(Certificate[] chain, PrivateKey key)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setKeyEntry("server", key, NO_PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers()[0]; // X.509 is the only type of the JDK's factory
  }

  private static X509ExtendedTrustManager trustManager(Path file)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    Certificate[] authorities = certificates("tls-client-ca", file);
    for (int i = 0; i < authorities.length; i++) {
      store.setCertificateEntry("authority" + i, authorities[i]);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0]; // likewise
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Certificate[] certificates(String setting, Path file) {
    requireSmall(setting, file);
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (!found.isEmpty()) {
        return found.toArray(Certificate[]::new);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw invalid(setting, "a PEM file of X.509 certificates", file, e);
    }
    throw invalid(setting, "a PEM file of X.509 certificates", file, null);
  }

  private static PrivateKey privateKey(Path file, String algorithm) {
    requireSmall("tls-key", file);
    try {
      Matcher matcher = PRIVATE_KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      if (matcher.find()) {
        byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      }
    } catch (IOException | IllegalArgumentException | GeneralSecurityException e) {
      throw invalid("tls-key", expectedKey(algorithm), file, e);
    }
    throw invalid("tls-key", expectedKey(algorithm), file, null);
  }

  private static String expectedKey(String algorithm) {
    return "a PEM file with an unencrypted PKCS #8 private key ("
        + algorithm
        + ", as the certificate)";
  }

  private static void requireSmall(String setting, Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw invalid(setting, "at most 1 MiB", file, null);
      }
    } catch (IOException e) {
      throw invalid(setting, "a readable file", file, e);
    }
  }

  private static IllegalArgumentException invalid(
      String setting, String expectation, Path file, Exception cause) {
    return new IllegalArgumentException(
        setting + " must be " + expectation + ", got " + file, cause);
  }
}
