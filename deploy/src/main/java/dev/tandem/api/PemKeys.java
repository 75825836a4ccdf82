package dev.tandem.api;

import dev.tandem.spec.HttpSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A certificate chain with its key, read from PEM files that fit each other.
record PemKeys(List<X509Certificate> chain, PrivateKey key) {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final byte[] PROBE = "do they fit?".getBytes(StandardCharsets.US_ASCII);

  PemKeys {
    chain = List.copyOf(chain);
  }

  /// What signs with the key and is checked with the certificate.
  private record Kind(String key, String signature) {}

  private static final List<Kind> KINDS =
      List.of(new Kind("RSA", "SHA256withRSA"), new Kind("EC", "SHA256withECDSA"));

  /// @throws IllegalStateException with file, cause and fix
  static PemKeys read(HttpSpec.Tls files) {
    List<X509Certificate> chain = chain(files.certificate());
    byte[] encoded = pkcs8(files.key());
    for (Kind kind : KINDS) {
      try {
        PrivateKey key =
            KeyFactory.getInstance(kind.key).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        if (!fit(kind, key, chain.getFirst().getPublicKey())) {
          throw new IllegalStateException(
              "http.tls: the key in "
                  + files.key()
                  + " is not that of the certificate in "
                  + files.certificate()
                  + "; fix: name the two that belong together");
        }
        return new PemKeys(chain, key);
      } catch (InvalidKeySpecException ofAnotherKind) {
        // tried as the next kind
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("http.tls: the key cannot be used", e);
      }
    }
    throw new IllegalStateException(
        "http.tls: expected an RSA or EC key in " + files.key() + ", found another kind");
  }

  private static boolean fit(Kind kind, PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    if (!certified.getAlgorithm().equals(kind.key)) {
      return false;
    }
    var signature = Signature.getInstance(kind.signature);
    signature.initSign(key);
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(PROBE);
    return signature.verify(signed);
  }

  private static List<X509Certificate> chain(Path file) {
    try {
      var read =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
      List<X509Certificate> chain = read.stream().map(X509Certificate.class::cast).toList();
      if (!chain.isEmpty()) {
        return chain;
      }
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable("certificate", file, e);
    }
    throw new IllegalStateException(
        "http.tls.certificate: expected PEM certificates in " + file + ", found none");
  }

  private static byte[] pkcs8(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw unreadable("key", file, e);
    }
    Matcher found = PKCS8.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException(
          "http.tls.key: expected an unencrypted PKCS#8 key (BEGIN PRIVATE KEY) in "
              + file
              + "; fix: openssl pkcs8 -topk8 -nocrypt -in "
              + file);
    }
    try {
      return Base64.getMimeDecoder().decode(found.group(1));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("http.tls.key: what " + file + " holds is not Base64");
    }
  }

  private static IllegalStateException unreadable(String what, Path file, Exception cause) {
    return new IllegalStateException(
        "http.tls."
            + what
            + ": "
            + file
            + " cannot be read ("
            + cause.getClass().getSimpleName()
            + "); fix: name a PEM file that the program may read",
        cause);
  }
}
