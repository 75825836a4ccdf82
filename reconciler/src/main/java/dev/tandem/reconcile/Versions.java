package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one side said of an entity, in order: the last version that stands at or below V, and every
/// newer one. Not thread-safe.
///
/// ```
///   first, in the state | chunks, in records of their own | last, in the state
/// ```
///
/// Few versions are all in `first`. Of many, those in the middle are [spilled][#spill], and come
/// back when V comes to them.
final class Versions {
  private final List<Version> first = new ArrayList<>(2);
  private final List<Chunk> chunks = new ArrayList<>(0);
  private final List<Version> last = new ArrayList<>(0);

  /// @param least the lowest position of its versions
  private record Chunk(long number, long least) {}

  boolean isEmpty() {
    return newest() == null;
  }

  @Nullable Version newest() {
    if (!last.isEmpty()) {
      return last.getLast();
    }
    return first.isEmpty() ? null : first.getLast();
  }

  /// Of versions that stand at one position the last one replaces the others.
  void add(Version version) {
    List<Version> end = chunks.isEmpty() ? first : last;
    if (!end.isEmpty() && end.getLast().at() == version.at()) {
      end.removeLast();
    }
    end.add(version);
  }

  /// Those that were pending stand at this watermark.
  void settle(long watermark) {
    for (List<Version> part : List.of(first, last)) {
      part.replaceAll(version -> version.at() == Version.PENDING ? version.at(watermark) : version);
    }
  }

  /// The last one that stands at or below a position to which V has come, or null. What came in
  /// later wins, also where a restored target shows an older watermark.
  @Nullable Version at(long position) {
    for (List<Version> part : List.of(last, first)) {
      for (int i = part.size() - 1; i >= 0; i--) {
        if (part.get(i).at() <= position) {
          return part.get(i);
        }
      }
    }
    return null;
  }

  /// Forgets what no verdict at or above `position` can ask for, and answers it, in order.
  List<Version> forgetBefore(long position, VersionChunks.Shelf shelf) {
    unspill(position, shelf);
    Version kept = at(position);
    int count = kept == null ? 0 : first.indexOf(kept);
    if (count <= 0) {
      return List.of();
    }
    List<Version> past = first.subList(0, count);
    var forgotten = List.copyOf(past);
    past.clear();
    return forgotten;
  }

  private void unspill(long position, VersionChunks.Shelf shelf) {
    for (int reached = reached(position); reached > 0; reached--) {
      Chunk chunk = chunks.removeFirst();
      var in = new ByteSource(shelf.take(chunk.number));
      take(in, first);
    }
    if (chunks.isEmpty()) {
      first.addAll(last);
      last.clear();
    }
  }

  /// How many chunks reach down to a position, and those before them.
  private int reached(long position) {
    int reached = chunks.size();
    while (reached > 0 && chunks.get(reached - 1).least > position) {
      reached--;
    }
    return reached;
  }

  /// Puts what came together into records of its own, if it is much.
  void spill(VersionChunks.Shelf shelf) {
    if (chunks.isEmpty() && first.size() > 2 * shelf.size()) {
      List<Version> waiting = first.subList(1, first.size());
      last.addAll(waiting);
      waiting.clear();
    }
    // The newest one may be pending, and stays.
    while (last.size() > shelf.size()) {
      List<Version> some = last.subList(0, shelf.size());
      long number = chunks.isEmpty() ? 0 : chunks.getLast().number + 1;
      var out = new ByteSink();
      put(out, some);
      shelf.put(number, out.toByteArray());
      chunks.add(
          new Chunk(number, some.stream().mapToLong(Version::at).min().orElse(Version.PENDING)));
      some.clear();
    }
  }

  boolean isSpilled() {
    return !chunks.isEmpty();
  }

  /// Whether nothing but absence is known.
  boolean isGone() {
    return newest() == null
        || first.size() == 1
            && !isSpilled()
            && !first.getFirst().isPresent()
            && first.getFirst().at() != Version.PENDING
            && first.getFirst().status() != Version.Status.REFUSED
            && first.getFirst().status() != Version.Status.UNKNOWN;
  }

  /// The content that the other side may share, null if none.
  byte @Nullable [] shared() {
    return first.isEmpty() ? null : first.getLast().content();
  }

  /// All but what [#encodeSpilled] writes.
  ///
  /// @param known content that need not be written again
  void encode(ByteSink out, byte @Nullable [] known) {
    out.putVarint(first.size());
    first.forEach(version -> version.encode(out, known));
  }

  static Versions decode(ByteSource in, byte @Nullable [] known) {
    var decoded = new Versions();
    for (int count = in.takeInt(); count > 0; count--) {
      decoded.first.add(Version.decode(in, known));
    }
    return decoded;
  }

  /// What there is only where versions are spilled.
  void encodeSpilled(ByteSink out) {
    out.putVarint(chunks.size());
    for (Chunk chunk : chunks) {
      out.putVarint(chunk.number);
      out.putVarint(chunk.least);
    }
    put(out, last);
  }

  void decodeSpilled(ByteSource in) {
    for (int count = in.takeInt(); count > 0; count--) {
      chunks.add(new Chunk(in.takeVarint(), in.takeVarint()));
    }
    take(in, last);
  }

  private static void put(ByteSink out, List<Version> versions) {
    out.putVarint(versions.size());
    versions.forEach(version -> version.encode(out, null));
  }

  private static void take(ByteSource in, List<Version> into) {
    for (int count = in.takeInt(); count > 0; count--) {
      into.add(Version.decode(in, null));
    }
  }
}
