package dev.tandem.wire;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// A key with a certificate that it signed itself, made by Java's `keytool`.
///
/// @param store in PKCS12; its password is that of every store made here
record TestKeys(Path store) {
  static final String PASSWORD = "never-to-be-printed";
  private static final String ALIAS = "own";

  /// @param names that the certificate has, as `keytool` writes them: `ip:127.0.0.1`
  static TestKeys issue(Path folder, String name, String names)
      throws IOException, InterruptedException {
    Path store = folder.resolve(name + ".p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + names,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.log")));
    }
    return new TestKeys(store);
  }

  private KeyStore keys() throws GeneralSecurityException, IOException {
    var keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private Certificate certificate() throws GeneralSecurityException, IOException {
    return keys().getCertificate(ALIAS);
  }

  private KeyStore trust(String type) throws GeneralSecurityException, IOException {
    var trust = KeyStore.getInstance(type);
    trust.load(null, null);
    trust.setCertificateEntry("trusted", certificate());
    return trust;
  }

  /// A store that trusts this certificate alone.
  Path trustStore(Path file, String type) throws GeneralSecurityException, IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      trust(type).store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  String pemCertificate() throws GeneralSecurityException, IOException {
    return pem("CERTIFICATE", certificate().getEncoded());
  }

  String pemKey() throws GeneralSecurityException, IOException {
    return pem("PRIVATE KEY", keys().getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(bytes).replace("\r", ""), what);
  }

  /// Serves with this certificate.
  HttpsConfigurator serving() throws GeneralSecurityException, IOException {
    return new HttpsConfigurator(context(null));
  }

  /// Serves with this certificate those alone who show that one.
  HttpsConfigurator servingOnly(TestKeys client) throws GeneralSecurityException, IOException {
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(client.trust("PKCS12"));
    return new HttpsConfigurator(context(trust.getTrustManagers())) {
      @Override
      public void configure(HttpsParameters connection) {
        SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
        parameters.setNeedClientAuth(true);
        connection.setSSLParameters(parameters);
      }
    };
  }

  private SSLContext context(TrustManager @Nullable [] trust)
      throws GeneralSecurityException, IOException {
    var shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    shown.init(keys(), PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(shown.getKeyManagers(), trust, null);
    return context;
  }
}
