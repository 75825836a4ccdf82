package dev.tandem.api;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys of an identity provider in a file (JWKS), read again when it changes. Thread-safe.
final class KeyFile implements JWKSource<SecurityContext> {
  private final Path file;
  private @Nullable JWKSet keys;
  private FileStamp stamp = FileStamp.NONE;

  KeyFile(Path file) {
    this.file = file;
  }

  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context)
      throws KeySourceException {
    return selector.select(current());
  }

  private synchronized JWKSet current() throws KeySourceException {
    try {
      FileStamp now = FileStamp.of(file);
      if (keys == null || !now.equals(stamp)) {
        keys = JWKSet.parse(Files.readString(file));
        stamp = now;
      }
      return keys;
    } catch (IOException | ParseException e) {
      throw new KeySourceException(
          "the keys in " + file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
  }
}
