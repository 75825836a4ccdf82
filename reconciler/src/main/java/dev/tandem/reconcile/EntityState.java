package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.canon.SipHash.Digest;
import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.StateKey;
import dev.tandem.wire.Divergence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All that is known of one entity: what is expected and observed at which positions, and the open
/// divergence if there is one. Not thread-safe.
final class EntityState {
  private static final int KEPT_EARLIER = 3;

  /// The contract key as it stands in the contract topic; null where the observed row's key is
  /// none.
  byte @Nullable [] contractKey;

  /// Empty where it is not known.
  String tenant = "";

  /// The aggregate that the expectation comes from; null if none.
  byte @Nullable [] owner;

  Versions expected = new Versions();
  Versions observed = new Versions();

  /// Keyed digests of what was expected before, the latest first; how "an older content came back"
  /// is known.
  List<Digest> earlier = List.of();

  /// Why apply could not write it, and up to which outbox position that holds; null if it could.
  @Nullable Note refusal;

  /// What a sweep showed that the stream never told; null if nothing.
  @Nullable Surprise surprise;

  @Nullable Open open;

  /// Whether the last verdict was that a value is not known.
  boolean waiting;

  /// @param at outbox position
  record Note(long at, String reason) {}

  /// Whether a verification has shown what is expected, and translation was not given it since: a
  /// repair would forward what translation has, or delete what it has not.
  boolean withheld;

  /// @param at outbox position of the sweep that showed it
  record Surprise(long at, Kind kind) {}

  /// What a backfill reads, translation is given too; what a verification reads, it is not.
  enum ShownBy {
    BACKFILL,
    VERIFICATION
  }

  /// Outbox position of the expectation that was last found in sync, -1 if none was.
  long agreed = -1;

  /// The entity whose legacy identity the observed row bears, if that is another one.
  @Nullable StateKey claimed;

  /// Whether that identity is one of this partition, which knows then whether there is such an
  /// entity.
  boolean claimedHere;

  /// The divergence that is open.
  ///
  /// @param openedAt microseconds since 1970-01-01T00:00Z
  /// @param shape hash of what was last said of it
  /// @param attempts how often it has been repaired
  /// @param requestedAt when a repair was last asked for, 0 if never
  /// @param givenUp whether it was said that no more repairs are asked for
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  record Open(
      String id,
      Kind kind,
      long openedAt,
      byte[] shape,
      int attempts,
      long requestedAt,
      boolean givenUp) {
    Open(String id, Kind kind, long openedAt, byte[] shape) {
      this(id, kind, openedAt, shape, 0, 0, false);
    }

    Open as(Kind other, byte[] otherShape) {
      return new Open(id, other, openedAt, otherShape, attempts, requestedAt, givenUp);
    }

    Open requested(long now) {
      return new Open(id, kind, openedAt, shape, attempts + 1, now, givenUp);
    }

    /// By hand: no attempt of its own.
    Open asked(long now) {
      return new Open(id, kind, openedAt, shape, attempts, now, givenUp);
    }

    Open abandoned() {
      return new Open(id, kind, openedAt, shape, attempts, requestedAt, true);
    }
  }

  /// Remembers what is not expected any more.
  void past(Version version, SipHash hash) {
    if (version.status() == Version.Status.KNOWN) {
      earlier =
          Stream.concat(Stream.of(digest(version.content(), hash)), earlier.stream())
              .limit(KEPT_EARLIER)
              .toList();
    }
  }

  boolean wasExpected(byte @Nullable [] content, SipHash hash) {
    return !earlier.isEmpty() && earlier.contains(digest(content, hash));
  }

  /// Whether it is the latest of what is remembered.
  boolean wasLastExpected(byte @Nullable [] content, SipHash hash) {
    return !earlier.isEmpty() && earlier.getFirst().equals(digest(content, hash));
  }

  /// No content has the digest of nothing, which is its own.
  private static Digest digest(byte @Nullable [] content, SipHash hash) {
    return content == null ? Digest.ZERO : hash.digest(content);
  }

  /// Whether it need not be kept.
  boolean isGone() {
    return owner == null
        && open == null
        && !waiting
        && surprise == null
        && refusal == null
        && expected.isGone()
        && observed.isGone();
  }

  byte[] encode(ByteSink out) {
    out.clear();
    putOptional(out, contractKey);
    out.putText(tenant);
    putOptional(out, owner);
    expected.encode(out, null);
    // In sync, as nearly all are, both sides share their content.
    observed.encode(out, expected.shared());
    out.putVarint(agreed);
    out.putVarint(earlier.size());
    for (Digest each : earlier) {
      out.putLong(each.high());
      out.putLong(each.low());
    }
    out.put(
        (refusal == null ? 0 : 1)
            | (surprise == null ? 0 : 2)
            | (open == null ? 0 : 4)
            | (claimed == null ? 0 : 8)
            | (withheld ? 32 : 0)
            | (isSpilled() ? 16 : 0)
            | (waiting ? 64 : 0)
            | (claimed != null && claimedHere ? 128 : 0));
    if (refusal != null) {
      out.putVarint(refusal.at);
      out.putText(refusal.reason);
    }
    if (surprise != null) {
      out.putVarint(surprise.at);
      out.putText(surprise.kind.name());
    }
    if (open != null) {
      out.putText(open.id);
      out.putText(open.kind.name());
      out.putVarint(open.openedAt);
      out.putBlob(open.shape);
      out.putVarint(open.attempts);
      out.putVarint(open.requestedAt);
      out.put(open.givenUp ? 1 : 0);
    }
    if (claimed != null) {
      out.putBlob(claimed.bytes());
    }
    if (isSpilled()) {
      expected.encodeSpilled(out);
      observed.encodeSpilled(out);
    }
    return out.toByteArray();
  }

  static EntityState decode(byte[] bytes) {
    var in = new ByteSource(bytes);
    var state = new EntityState();
    state.contractKey = takeOptional(in);
    state.tenant = in.takeText();
    state.owner = takeOptional(in);
    state.expected = Versions.decode(in, null);
    state.observed = Versions.decode(in, state.expected.shared());
    state.agreed = in.takeVarint();
    var earlier = new ArrayList<Digest>();
    for (int count = in.takeInt(); count > 0; count--) {
      earlier.add(new Digest(in.takeLong(), in.takeLong()));
    }
    state.earlier = List.copyOf(earlier);
    int flags = in.take();
    state.waiting = (flags & 64) != 0;
    state.claimedHere = (flags & 128) != 0;
    state.withheld = (flags & 32) != 0;
    if ((flags & 1) != 0) {
      state.refusal = new Note(in.takeVarint(), in.takeText());
    }
    if ((flags & 2) != 0) {
      state.surprise = new Surprise(in.takeVarint(), Kind.valueOf(in.takeText()));
    }
    if ((flags & 4) != 0) {
      state.open =
          new Open(
              in.takeText(),
              Kind.valueOf(in.takeText()),
              in.takeVarint(),
              in.takeBlob(),
              in.takeInt(),
              in.takeVarint(),
              in.take() == 1);
    }
    if ((flags & 8) != 0) {
      state.claimed = new StateKey(in.takeBlob());
    }
    if ((flags & 16) != 0) {
      state.expected.decodeSpilled(in);
      state.observed.decodeSpilled(in);
    }
    return state;
  }

  private boolean isSpilled() {
    return expected.isSpilled() || observed.isSpilled();
  }

  private static void putOptional(ByteSink out, byte @Nullable [] bytes) {
    out.put(bytes == null ? 0 : 1);
    if (bytes != null) {
      out.putBlob(bytes);
    }
  }

  private static byte @Nullable [] takeOptional(ByteSource in) {
    return in.take() == 0 ? null : in.takeBlob();
  }
}
