package dev.tandem.wire;

import java.io.IOException;
import java.net.URI;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// Why a TLS connection to a registry did not come about, as far as what Java threw shows it.
enum TlsFailure {
  UNTRUSTED(
      "its certificate was issued by nobody who is trusted here",
      "name its authority: schema.registry.ssl.truststore.location"),
  OUT_OF_TIME("its certificate is not valid now", "renew it, or set this machine's clock"),
  OF_ANOTHER_NAME(
      "its certificate is for another name",
      "call it by a name that the certificate has, or give it one with the name of the URL"),
  /// The registry's own words are an alert.
  CLIENT_REFUSED(
      "it does not take the certificate that it was shown, or was shown none and wants one",
      "name one that it trusts, with its key: schema.registry.ssl.keystore.location"),
  /// After TLS 1.3's handshake Java sees no alert, but an end.
  HUNG_UP(
      "it hung up before it answered, as one does that wants another certificate",
      "if it wants one, name one that it trusts: schema.registry.ssl.keystore.location"),
  NOT_SPOKEN("it does not speak TLS there", "write http://, or name its port for TLS"),
  OTHER("TLS failed", "see schema.registry.ssl.* in the spec, and the registry's log");

  private static final Pattern ALERT =
      Pattern.compile("(?i)alert.*(certificate|unknown_ca|access_denied|handshake_failure)");
  private static final Pattern END =
      Pattern.compile("(?i)received no bytes|connection reset|broken pipe");
  private static final Pattern PLAIN = Pattern.compile("(?i)unrecognized ssl message");

  private final String found;
  private final String fix;

  TlsFailure(String found, String fix) {
    this.found = found;
    this.fix = fix;
  }

  /// Empty for a failure that has nothing to do with TLS.
  static Optional<TlsFailure> of(URI asked, IOException failure) {
    List<Throwable> chain = chain(failure);
    if (!asked.getScheme().equals("https")) {
      return Optional.empty();
    }
    if (chain.stream().anyMatch(it -> END.matcher(String.valueOf(it.getMessage())).find())) {
      return Optional.of(HUNG_UP);
    }
    return chain.stream().anyMatch(SSLException.class::isInstance)
        ? Optional.of(chain.stream().flatMap(it -> kind(it).stream()).findFirst().orElse(OTHER))
        : Optional.empty();
  }

  private static List<Throwable> chain(Throwable failure) {
    var chain = new ArrayList<Throwable>();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      chain.add(each);
    }
    return chain;
  }

  private static Optional<TlsFailure> kind(Throwable failure) {
    String words = String.valueOf(failure.getMessage());
    return switch (failure) {
      case CertificateExpiredException _, CertificateNotYetValidException _ ->
          Optional.of(OUT_OF_TIME);
      case CertPathBuilderException _ -> Optional.of(UNTRUSTED);
      case CertificateException _ when words.startsWith("No ") -> Optional.of(OF_ANOTHER_NAME);
      case SSLException _ when ALERT.matcher(words).find() -> Optional.of(CLIENT_REFUSED);
      case SSLException _ when PLAIN.matcher(words).find() -> Optional.of(NOT_SPOKEN);
      default -> Optional.empty();
    };
  }

  String words(IOException failure) {
    return found + " (" + failure.getMessage() + "); fix: " + fix;
  }
}
