package dev.tandem.lens;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{uuid5: column, namespace: customer}`: a UUID of version 5 (RFC 9562, section 5.5) of the text
/// of one column, or of several (`uuid5: [a, b]`), each as `length:text` one after the other. Any
/// NULL gives null.
///
/// The namespace is a UUID, or a text, which stands for its own UUID of version 5 in [#TANDEM]. In
/// PostgreSQL: `uuid_generate_v5(uuid_generate_v5(TANDEM, 'customer'), cust_no::text)`. It is a
/// digest: it does not lead back, but different values have different UUIDs.
record Uuid5(List<Input> inputs, Schema output, UUID namespace) implements Lens {
  /// The namespace of namespaces: the UUID of version 5 of `tandem.dev` in RFC 9562's namespace
  /// DNS.
  static final UUID TANDEM =
      of(UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "tandem.dev");

  Uuid5 {
    inputs = List.copyOf(inputs);
  }

  static UUID namespace(String text) {
    try {
      var literal = UUID.fromString(text);
      if (literal.toString().equalsIgnoreCase(text)) {
        return literal;
      }
    } catch (IllegalArgumentException e) {
      return of(TANDEM, text);
    }
    return of(TANDEM, text);
  }

  /// Source: RFC 9562, section 5.5.
  static UUID of(UUID namespace, String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    byte[] named =
        ByteBuffer.allocate(16 + text.length)
            .putLong(namespace.getMostSignificantBits())
            .putLong(namespace.getLeastSignificantBits())
            .put(text)
            .array();
    var digest = ByteBuffer.wrap(Sha1.OWN.get().digest(named));
    return new UUID(
        (digest.getLong() & ~0xF000L) | 0x5000L,
        (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
  }

  /// In a class of its own, since [#TANDEM] needs it before this one's other constants exist.
  private static final class Sha1 {
    /// One for each thread: it is as it was made after each digest.
    static final ThreadLocal<MessageDigest> OWN = ThreadLocal.withInitial(Sha1::made);

    private static MessageDigest made() {
      try {
        return MessageDigest.getInstance("SHA-1");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-1", e);
      }
    }
  }

  @Override
  public boolean nullable() {
    return inputs.stream().anyMatch(Input::nullable);
  }

  @Override
  public @Nullable Object get(Cells cells) {
    if (inputs.size() == 1) {
      Object value = cells.value(inputs.getFirst());
      return value == null ? null : of(namespace, inputs.getFirst().text(value)).toString();
    }
    var name = new StringBuilder();
    for (Input input : inputs) {
      Object value = cells.value(input);
      if (value == null) {
        return null;
      }
      String text = input.text(value);
      name.append(text.length()).append(':').append(text);
    }
    return of(namespace, name.toString()).toString();
  }

  @Override
  public Inverse inverse() {
    return new Inverse.Lossy(
        String.join(", ", inputs.stream().map(Input::column).toList())
            + ", of which only a digest is kept");
  }

  @Override
  public boolean injective() {
    return true;
  }
}
