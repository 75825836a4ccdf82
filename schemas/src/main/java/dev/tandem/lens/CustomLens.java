package dev.tandem.lens;

import dev.tandem.table.Carrier;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// A lens written in Java, for what the others cannot say: `{java: name, from: [columns]}`. Found
/// by `java.util.ServiceLoader`.
///
/// It must be a pure function: the same values always give the same result, without clock, network
/// or state, since records are translated again when something is replayed. It is called by several
/// threads at once. An exception parks the row as a dead letter; its message is not shown, because
/// it may hold a value.
public interface CustomLens {
  /// How the spec names it.
  String name();

  /// Whether it can make a type from columns of these carriers.
  ///
  /// @param target the contract field's schema, null aside
  /// @return empty if it can; otherwise what it expected and found, for the person who writes the
  ///     spec
  Optional<String> refusal(List<Carrier> columns, Schema target);

  /// The contract value: in Avro's generic form, with `BigDecimal` for decimals.
  ///
  /// @param values of the columns, each in the class of its carrier or null, in the order of `from`
  @Nullable Object get(List<@Nullable Object> values, Schema target);

  /// Whether it can yield null.
  default boolean isNullable() {
    return true;
  }

  /// Whether it leads back.
  default Inverse inverse() {
    return new Inverse.Lossy("what the Java lens " + name() + " leaves out");
  }
}
