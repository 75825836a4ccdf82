package dev.tandem.wire;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/// A request for a repair is an entity's contract key, without a value. One that somebody made by
/// hand has a header that says so, so that the reconciler, which knows its own, tells of it too.
public final class RepairRequest {
  private static final String BY_HAND = "by-hand";

  private RepairRequest() {}

  /// The headers of a request that was made by hand.
  public static Iterable<Header> byHand() {
    return List.of(new RecordHeader(BY_HAND, new byte[0]));
  }

  public static boolean isByHand(Headers headers) {
    return headers.lastHeader(BY_HAND) != null;
  }
}
