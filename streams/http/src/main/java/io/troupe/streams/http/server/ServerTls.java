package io.troupe.streams.http.server;

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
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The server's side of TLS 1.2 and 1.3, from PEM files, with the JDK's provider. Thread-safe. */
public final class ServerTls {
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final char[] NO_PASSWORD = new char[0];
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final SSLContext context;
  private final boolean needsClientCertificate;

  private ServerTls(SSLContext context, boolean needsClientCertificate) {
    this.context = context;
    this.needsClientCertificate = needsClientCertificate;
  }

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException if a file cannot be used; the message never contains a key
   */
  public static ServerTls load(TlsConfig config) {
    Certificate[] chain = certificates("tls-cert", config.certificate());
    PrivateKey key = privateKey(config.key(), chain[0].getPublicKey().getAlgorithm());
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager[] trusted =
          config.clientCa().isPresent() ? trustManagers(config.clientCa().get()) : null;
      context.init(keyManagers(chain, key), trusted, null);
      return new ServerTls(context, config.clientCa().isPresent());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "tls-key must be the private key of tls-cert, got " + e.getMessage(), e);
    }
  }

  /** The TLS engine of a new connection. */
  SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(PROTOCOLS);
    engine.setNeedClientAuth(needsClientCertificate);
    return engine;
  }

  private static KeyManager[] keyManagers(Certificate[] chain, PrivateKey key)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setKeyEntry("server", key, NO_PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trustManagers(Path file)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    Certificate[] authorities = certificates("tls-client-ca", file);
    for (int i = 0; i < authorities.length; i++) {
      store.setCertificateEntry("authority" + i, authorities[i]);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .map(
            manager ->
                manager instanceof X509ExtendedTrustManager trusted
                    ? new CurrentCertificates(trusted)
                    : manager)
        .toArray(TrustManager[]::new);
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
