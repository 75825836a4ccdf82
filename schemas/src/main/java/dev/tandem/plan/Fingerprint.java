package dev.tandem.plan;

import dev.tandem.lens.MappingSource;
import dev.tandem.spec.Node;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/// A digest of all that decides what is translated: the contract, the key, the partition, the
/// sources and the mapping. Neither places nor the order of keys in the document are part of it.
final class Fingerprint {
  private final StringBuilder text = new StringBuilder();

  private Fingerprint() {}

  static String of(MappingSource source) {
    var fingerprint = new Fingerprint();
    fingerprint.add("1"); // version of this text
    fingerprint.add(source.entity());
    fingerprint.add(source.contract().toString());
    fingerprint.add(String.join(",", source.keyFields()));
    fingerprint.add(source.partitionBy());
    fingerprint.add(source.tenant().orElse(""));
    fingerprint.add(source.tables().root());
    source.tables().children().keySet().forEach(fingerprint::add);
    fingerprint.add(source.map());
    return fingerprint.digest();
  }

  private void add(Source source) {
    add(source.name());
    add(source.firstName().sql());
    source.join().forEach(this::add);
    add("key");
    source.key().forEach(this::add);
  }

  private void add(Node node) {
    switch (node) {
      case Node.Scalar scalar -> {
        add(scalar.quoted() ? "quoted" : "plain");
        add(scalar.text());
      }
      case Node.Sequence sequence -> {
        add("list " + sequence.items().size());
        sequence.items().forEach(this::add);
      }
      case Node.Mapping mapping -> {
        add("mapping " + mapping.entries().size());
        new TreeMap<>(mapping.entries())
            .forEach(
                (key, value) -> {
                  add(key);
                  add(value);
                });
      }
    }
  }

  /// Every part with its length, so that no two lists of parts have one text.
  private void add(String part) {
    text.append(part.length()).append(':').append(part);
  }

  private String digest() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
