package dev.tandem.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// An order to publish an entity as one version of its contract, or to do so no longer. It is a
/// record without a value in every partition of a translation's topic of repairs, so that each
/// partition takes it once, at one place of its stream; a header tells it from a [RepairRequest].
///
/// @param version of the contract, 1 or more
/// @param on whether the version is published from here on
public record VersionSwitch(String entity, int version, boolean on) {
  private static final String HEADER = "publish";
  private static final byte[] ON = "on".getBytes(StandardCharsets.UTF_8);
  private static final byte[] OFF = "off".getBytes(StandardCharsets.UTF_8);

  /// Key of the record: `Customer:2`, in UTF-8.
  public byte[] key() {
    return (entity + ":" + version).getBytes(StandardCharsets.UTF_8);
  }

  public Iterable<Header> headers() {
    return List.of(new RecordHeader(HEADER, on ? ON : OFF));
  }

  /// The order that a record is; empty where it is none.
  ///
  /// @throws UndecodableException if it says that it is one, and cannot be read
  public static Optional<VersionSwitch> of(byte @Nullable [] key, Headers headers) {
    Header header = headers.lastHeader(HEADER);
    if (header == null) {
      return Optional.empty();
    }
    String said = header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    String of = key == null ? "" : new String(key, StandardCharsets.UTF_8);
    int colon = of.lastIndexOf(':');
    if (colon < 1
        || !of.substring(colon + 1).matches("[1-9][0-9]{0,5}")
        || !said.equals("on") && !said.equals("off")) {
      throw new UndecodableException("an order to publish a version that cannot be read");
    }
    int version = Integer.parseInt(of.substring(colon + 1));
    return Optional.of(new VersionSwitch(of.substring(0, colon), version, said.equals("on")));
  }
}
