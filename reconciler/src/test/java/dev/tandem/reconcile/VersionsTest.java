package dev.tandem.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.MemoryBytes;
import dev.tandem.image.StateKey;
import dev.tandem.reconcile.Version.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VersionsTest {
  private static final StateKey ENTITY = new StateKey(new byte[] {1});

  private final MemoryBytes store = new MemoryBytes();

  private static Version version(long at, int content) {
    return Version.known(at, new byte[] {(byte) content, (byte) (content >> 8)}, Origin.NONE);
  }

  private static String told(@Nullable Version version) {
    return version == null ? "none" : version.at() + ": " + Arrays.toString(version.content());
  }

  /// The rule without any record of its own.
  private static @Nullable Version at(List<Version> all, long position) {
    return all.reversed().stream().filter(it -> it.at() <= position).findFirst().orElse(null);
  }

  /// As it comes back after a restart.
  private static Versions restored(Versions versions) {
    var out = new ByteSink();
    versions.encode(out, null);
    versions.encodeSpilled(out);
    var in = new ByteSource(out.toByteArray());
    var restored = Versions.decode(in, null);
    restored.decodeSpilled(in);
    return restored;
  }

  @Test
  void shouldAnswerTheSameHoweverManyArePutAway() {
    for (int seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      var shelf = new VersionChunks(store, 1 + random.nextInt(4)).expected(ENTITY);
      var versions = new Versions();
      var all = new ArrayList<Version>();
      var forgotten = new ArrayList<Version>();
      long next = 0;
      long v = -1;
      for (int i = 0; i < 200; i++) {
        switch (random.nextInt(5)) {
          case 0 -> {
            versions.spill(shelf);
            versions = restored(versions);
          }
          case 1 -> {
            v = Math.min(next, v + random.nextInt(30));
            forgotten.addAll(versions.forgetBefore(v, shelf));
            assertThat(told(versions.at(v)))
                .as("seed %d, V %d", seed, v)
                .isEqualTo(told(at(all, v)));
          }
          default -> {
            next += 1 + random.nextInt(4);
            var version = version(next, i);
            versions.add(version);
            all.add(version);
          }
        }
        assertThat(told(versions.newest())).isEqualTo(told(all.isEmpty() ? null : all.getLast()));
      }
      versions.forgetBefore(next, shelf);
      assertThat(told(versions.at(next))).isEqualTo(told(all.isEmpty() ? null : all.getLast()));
      assertThat(versions.isSpilled()).isFalse();
      assertThat(store.size()).as("nothing stays behind").isZero();
      assertThat(forgotten)
          .as("in order")
          .isSortedAccordingTo((a, b) -> Long.compare(a.at(), b.at()));
    }
  }

  @Test
  void shouldTakeWhatCameInLaterWhereARestoredTargetShowsAnOlderWatermark() {
    var shelf = new VersionChunks(store, 1).observed(ENTITY);
    var versions = new Versions();
    for (int at : new int[] {10, 20, 90, 91, 92, 40, 95}) {
      versions.add(version(at, at));
    }
    versions.spill(shelf);
    assertThat(versions.isSpilled()).isTrue();
    versions.forgetBefore(50, shelf);
    assertThat(told(versions.at(50))).isEqualTo(told(version(40, 40)));
  }

  @Test
  void shouldKeepOneOfTheVersionsThatAwaitOneWatermark() {
    var versions = new Versions();
    for (int i = 0; i < 1_000; i++) {
      versions.add(version(Version.PENDING, i));
    }
    versions.settle(7);
    var out = new ByteSink();
    versions.encode(out, null);
    assertThat(out.toByteArray()).hasSizeLessThan(40);
    assertThat(told(versions.at(7))).isEqualTo(told(version(7, 999)));
  }

  @Test
  void shouldKeepAStateSmallThatChangesWhileTheTargetStandsStill() {
    var entities = new MemoryBytes();
    var states =
        new EntityStates(entities, new VersionChunks(store, VersionChunks.SIZE), Shop.HASH);
    int last = 200_000;
    for (int at = 0; at <= last; at++) {
      EntityState state = states.getOrNew(ENTITY);
      state.expected.add(version(at, at));
      states.put(ENTITY, state);
      if (at % 500 == 0) {
        states.save();
        assertThat(entities.get(ENTITY.bytes())).hasSizeLessThan(64_000);
      }
    }
    EntityState state = states.getOrNew(ENTITY);
    states.reach(last - 1, ENTITY, state);
    assertThat(told(state.expected.at(last - 1))).isEqualTo(told(version(last - 1, last - 1)));
    assertThat(store.size()).isZero();
  }
}
