package io.troupe.actors.cluster.key;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that the nodes of a cluster share: a PKCS#12 file with a private key and its
 * self-signed certificate. For TLS, a node presents the certificate and trusts no other. The key
 * for Aeron's frames is derived from the private key, so one file is all that a host needs.
 *
 * <p>The file is protected by its permissions, not by its password.
 */
public final class ClusterKey {
  /** Password of the file. It protects nothing; PKCS#12 requires one. */
  public static final String PASSWORD = "troupe";

  private static final String ALIAS = "troupe";
  private static final String FRAME_LABEL = "troupe aeron frames 1";
  private static final int VALID_DAYS = 3650;
  private static final long MAX_FILE_BYTES = 64 << 10;
  private static final long KEYTOOL_SECONDS = 60;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final Set<PosixFilePermission> OWNER_AND_GROUP =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.GROUP_READ);

  private final Path file;
  private final SecretKey frameKey;

  private ClusterKey(Path file, SecretKey frameKey) {
    this.file = file;
    this.frameKey = frameKey;
  }

  /** The file that is used unless another one is given: {@code ~/.troupe/cluster.key}. */
  public static Path defaultFile() {
    return Path.of(System.getProperty("user.home"), ".troupe", "cluster.key");
  }

  /**
   * Reads a key file, which is created first if there is none.
   *
   * @throws KeyFileException if that fails, or others can read the file
   */
  public static ClusterKey loadOrCreate(Path file) {
    if (!Files.exists(file)) {
      create(file);
    }
    return load(file);
  }

  /**
   * Reads a key file.
   *
   * @throws KeyFileException if it is missing or damaged, or others can read it
   */
  public static ClusterKey load(Path file) {
    try {
      requirePrivate(file);
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        store.load(in, PASSWORD.toCharArray());
      }
      Key key = store.getKey(ALIAS, PASSWORD.toCharArray());
      if (key == null) {
        throw new KeyFileException(file + " must be a key file of Troupe, but has no key", null);
      }
      return new ClusterKey(file.toAbsolutePath(), derive(key.getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw new KeyFileException(
          "%s must be a key file of Troupe: copy the one of the first host, %s on it"
              .formatted(file, defaultFile()),
          e);
    }
  }

  private static void requirePrivate(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new KeyFileException(
          "%s must be a key file of at most %d bytes, got %d"
              .formatted(file, MAX_FILE_BYTES, Files.size(file)),
          null);
    }
    if (Files.getFileStore(file).supportsFileAttributeView("posix")
        && !allowed(file).containsAll(Files.getPosixFilePermissions(file))) {
      throw new KeyFileException(
          "%s must be readable by its owner only; run 'chmod 600 %s'".formatted(file, file), null);
    }
  }

  /** A file that somebody else owns was given to this process, by its group: a mounted secret. */
  private static Set<PosixFilePermission> allowed(Path file) throws IOException {
    boolean isOwn = Files.getOwner(file).getName().equals(System.getProperty("user.name"));
    return isOwn ? OWNER_ONLY : OWNER_AND_GROUP;
  }

  private static SecretKey derive(byte[] secret) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return new SecretKeySpec(mac.doFinal(FRAME_LABEL.getBytes(StandardCharsets.UTF_8)), "AES");
  }

  /** Writes beside and renames, so that two first starts at once agree on one key. */
  private static void create(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    Path made = folder.resolve(".cluster-key-" + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(made);
      runKeytool(made);
      if (Files.getFileStore(made).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(made, OWNER_ONLY);
      }
      try {
        Files.createLink(file, made); // fails if another start was faster, whose key then counts
      } catch (UnsupportedOperationException e) {
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (FileAlreadyExistsException _) {
      // read next
    } catch (IOException e) {
      throw new KeyFileException("cannot create " + file + ": " + e.getMessage(), e);
    } finally {
      deleteQuietly(made);
    }
  }

  /** The JDK has no public API that makes a certificate; its keytool makes one. */
  private static void runKeytool(Path to) throws IOException {
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    tool,
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=troupe",
                    "-validity",
                    String.valueOf(VALID_DAYS),
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    to.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("keytool failed: " + said.strip().replace('\n', ' '));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool made the key", e);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // a leftover without use
    }
  }

  /** The PKCS#12 file, for TLS. */
  public Path file() {
    return file;
  }

  /** The key from which those of Aeron's frames follow: 256 bits. */
  public SecretKey frameKey() {
    return frameKey;
  }

  @Override
  public String toString() {
    return "ClusterKey[" + file + "]";
  }
}
