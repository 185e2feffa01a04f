package io.troupe.serving.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A self-signed certificate for {@code localhost}, made by the JDK's keytool.
 *
 * @param store with the entry {@code name}
 * @param certificate PEM file
 * @param key PEM file
 */
public record TestCertificate(KeyStore store, Path certificate, Path key) {
  /** Of the store and its entry. */
  public static final String PASSWORD = "password";

  /**
   * Makes a certificate.
   *
   * @param algorithm RSA or EC
   * @param days until it expires; negative if it has expired
   */
  public static TestCertificate create(Path folder, String name, String algorithm, int days)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path file = folder.resolve(name + ".p12");
    String start = days < 0 ? (days - 1) + "d" : "-1d";
    String validity = String.valueOf(days < 0 ? 1 : days);
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                algorithm,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-startdate",
                start,
                "-validity",
                validity)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException(Files.readString(folder.resolve(name + ".log")));
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    Path certificate = folder.resolve(name + ".crt");
    write(certificate, "CERTIFICATE", store.getCertificate(name).getEncoded());
    Path key = folder.resolve(name + ".key");
    write(key, "PRIVATE KEY", store.getKey(name, PASSWORD.toCharArray()).getEncoded());
    return new TestCertificate(store, certificate, key);
  }

  private static void write(Path file, String type, byte[] content) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(type, Base64.getMimeEncoder().encodeToString(content), type));
  }
}
