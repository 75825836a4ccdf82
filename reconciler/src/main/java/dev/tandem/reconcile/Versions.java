package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one side said of an entity, in order: the last version that stands at or below V, and every
/// newer one. Not thread-safe.
final class Versions {
  private final List<Version> versions = new ArrayList<>(2);

  boolean isEmpty() {
    return versions.isEmpty();
  }

  @Nullable Version newest() {
    return versions.isEmpty() ? null : versions.getLast();
  }

  void add(Version version) {
    versions.add(version);
  }

  /// Those that were pending stand at this watermark.
  void settle(long watermark) {
    versions.replaceAll(
        version -> version.at() == Version.PENDING ? version.at(watermark) : version);
  }

  /// The last one that stands at or below a position, or null. What came in later wins, also where
  /// a restored target shows an older watermark.
  @Nullable Version at(long position) {
    for (int i = versions.size() - 1; i >= 0; i--) {
      if (versions.get(i).at() <= position) {
        return versions.get(i);
      }
    }
    return null;
  }

  /// Forgets what no verdict at or above `position` can ask for, and answers it, in order.
  List<Version> forgetBefore(long position) {
    Version last = at(position);
    int count = last == null ? 0 : versions.indexOf(last);
    if (count <= 0) {
      return List.of();
    }
    List<Version> past = versions.subList(0, count);
    var forgotten = List.copyOf(past);
    past.clear();
    return forgotten;
  }

  /// Whether nothing but absence is known.
  boolean isGone() {
    return versions.isEmpty()
        || versions.size() == 1
            && !versions.getFirst().isPresent()
            && versions.getFirst().at() != Version.PENDING
            && versions.getFirst().status() != Version.Status.REFUSED
            && versions.getFirst().status() != Version.Status.UNKNOWN;
  }

  /// @param known content that need not be written again
  void encode(ByteSink out, byte @Nullable [] known) {
    out.putVarint(versions.size());
    versions.forEach(version -> version.encode(out, known));
  }

  static Versions decode(ByteSource in, byte @Nullable [] known) {
    var decoded = new Versions();
    for (int count = in.takeInt(); count > 0; count--) {
      decoded.versions.add(Version.decode(in, known));
    }
    return decoded;
  }
}
