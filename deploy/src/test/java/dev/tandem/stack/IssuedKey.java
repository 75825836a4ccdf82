package dev.tandem.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// A key with a certificate of its own for 127.0.0.1, which it signed itself, as files: the
/// certificate (`.crt`) and the key (`.key`) in PEM, both in one (`.pem`), and the key in PKCS #8
/// (`.pk8`). Made by Java's `keytool`.
///
/// @param name also the certificate's
public record IssuedKey(Path folder, String name) {
  private static final String PASSWORD = "never-to-be-printed";
  private static final String ALIAS = "own";

  /// @param algorithm as `keytool` calls it: `EC`
  public static IssuedKey of(Path folder, String name, String algorithm)
      throws IOException, InterruptedException, GeneralSecurityException {
    Files.createDirectories(folder);
    Path store = folder.resolve(name + ".p12");
    Path said = folder.resolve("keytool.log");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException(Files.readString(said));
    }
    var keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    byte[] key = keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
    String certificate = pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
    var issued = new IssuedKey(folder, name);
    Files.writeString(issued.certificate(), certificate);
    write(issued.key(), pem("PRIVATE KEY", key).getBytes(StandardCharsets.UTF_8));
    write(issued.both(), (pem("PRIVATE KEY", key) + certificate).getBytes(StandardCharsets.UTF_8));
    write(issued.pkcs8(), key);
    return issued;
  }

  /// Readable by its owner alone, as servers and drivers want it of a key.
  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(bytes).replace("\r", ""), what);
  }

  public Path certificate() {
    return folder.resolve(name + ".crt");
  }

  public Path key() {
    return folder.resolve(name + ".key");
  }

  public Path both() {
    return folder.resolve(name + ".pem");
  }

  public Path pkcs8() {
    return folder.resolve(name + ".pk8");
  }
}
