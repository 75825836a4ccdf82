package dev.tandem.api;

import dev.tandem.spec.HttpSpec;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate that new connections are shown: read again when its files have changed and fit
/// each other; until then the one before is shown. Thread-safe.
final class LiveCertificate extends X509ExtendedKeyManager implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveCertificate.class);

  private final HttpSpec.Tls files;
  private final Thread watch;
  private volatile PemKeys keys;

  /// @param turn how often the files are looked at
  /// @throws IllegalStateException if they cannot be used now
  LiveCertificate(HttpSpec.Tls files, Duration turn) {
    this.files = files;
    List<FileStamp> first = stamps();
    this.keys = PemKeys.read(files);
    this.watch = Thread.ofVirtual().name("certificate").unstarted(() -> watch(turn, first));
    watch.start();
  }

  /// For TLS 1.2 and later, with this certificate.
  SSLContext context() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {this}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  private void watch(Duration turn, List<FileStamp> first) {
    List<FileStamp> taken = first;
    String said = "";
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(turn);
        List<FileStamp> now = stamps();
        if (!now.equals(taken)) {
          keys = PemKeys.read(files);
          taken = now;
          said = "";
          LOG.info("http.tls: another certificate is shown, valid until {}", validUntil());
        }
      } catch (InterruptedException stopped) {
        return;
      } catch (IllegalStateException e) {
        // Often only one of the two is there yet.
        String words = String.valueOf(e.getMessage());
        if (!words.equals(said)) {
          LOG.warn("the certificate of before is still shown: {}", words);
          said = words;
        }
      }
    }
  }

  private Instant validUntil() {
    return keys.chain().getFirst().getNotAfter().toInstant();
  }

  private List<FileStamp> stamps() {
    try {
      return List.of(FileStamp.of(files.certificate()), FileStamp.of(files.key()));
    } catch (IOException away) {
      return List.of();
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return shown(alias).map(it -> it.chain().toArray(X509Certificate[]::new)).orElse(null);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return shown(alias).map(PemKeys::key).orElse(null);
  }

  /// The alias names the certificate that was chosen: chain and key of one handshake are of one
  /// reading of the files, or the handshake fails.
  private Optional<PemKeys> shown(String alias) {
    PemKeys now = keys;
    return Optional.of(now).filter(it -> alias(it).equals(alias));
  }

  private static String alias(PemKeys keys) {
    X509Certificate own = keys.chain().getFirst();
    return own.getPublicKey().getAlgorithm() + " " + own.getSerialNumber();
  }

  private @Nullable String choose(String keyType) {
    PemKeys now = keys;
    return now.key().getAlgorithm().equals(keyType) ? alias(now) : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return choose(keyType);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return choose(keyType);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = choose(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
