package dev.tandem.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.contracts.MoveRule.Entry;
import dev.tandem.contracts.MoveRule.Go;
import dev.tandem.contracts.MoveRule.Refuse;
import dev.tandem.contracts.MoveRule.Wait;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.ContractPosition.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Where a reader goes on, told and at random.
class MoveRuleTest {
  private final long seed = Long.getLong("tandem.seed", System.nanoTime());

  /// A partition as a list, each record with markers of transactions behind it.
  private static final class Partition implements MoveRule.Log {
    private final List<Entry> entries = new ArrayList<>();
    private long end;

    void add(String key, ContractPosition position) {
      entries.add(new Entry(end, key.getBytes(StandardCharsets.UTF_8), position));
      end++;
    }

    void commit() {
      end++;
    }

    @Override
    public long start() {
      return 0;
    }

    @Override
    public long end() {
      return end;
    }

    @Override
    public @Nullable Entry at(long offset) {
      return entries.stream().filter(each -> each.offset() >= offset).findFirst().orElse(null);
    }

    @Override
    public @Nullable Entry before(long offset) {
      return entries.stream()
          .filter(each -> each.offset() < offset)
          .reduce((_, last) -> last)
          .orElse(null);
    }

    /// What is read from an offset on, markers left out.
    List<String> from(long offset) {
      return entries.stream()
          .filter(each -> each.offset() >= offset && each.position().kind() != Kind.PROGRESS)
          .map(MoveRuleTest::text)
          .toList();
    }
  }

  private static String text(Entry each) {
    return new String(each.key(), StandardCharsets.UTF_8) + "@" + each.outboxEnd();
  }

  private static ContractPosition position(long outboxEnd, boolean last) {
    return new ContractPosition(Kind.UPSERT, 0, outboxEnd, last, 1, 1, 1);
  }

  private static ContractPosition fill(long outboxEnd) {
    return new ContractPosition(Kind.UPSERT, ContractPosition.FILL, outboxEnd, false, 1, 1, 1);
  }

  private static ContractPosition progress(long outboxEnd) {
    return new ContractPosition(Kind.PROGRESS, 0, outboxEnd, true, 1, 0, 1);
  }

  /// The topics of two translations of one outbox; the second has all of before in one.
  private static final class Course {
    final Partition from = new Partition();
    final Partition to = new Partition();
    final Partition translated = new Partition();

    /// Of the first topic, what each of its records is, but for repairs.
    final List<Entry> changes = new ArrayList<>();

    long outboxEnd = 10;

    void loaded() {
      for (String key : List.of("a", "b", "c")) {
        from.add(key, position(5, false));
        to.add(key, position(outboxEnd, false));
        translated.add(key, position(outboxEnd, false));
      }
      from.add("d", position(7, true));
      translated.add("progress", progress(outboxEnd));
      from.commit();
      to.commit();
      translated.commit();
    }

    void transaction(List<String> keys) {
      outboxEnd += 3;
      for (String key : keys) {
        var position = position(outboxEnd, key.equals(keys.getLast()));
        from.add(key, position);
        to.add(key, position);
        translated.add(key, position);
        changes.add(from.entries.getLast());
      }
    }

    MoveRule rule() {
      return new MoveRule(from, to, translated);
    }
  }

  private static Course course() {
    var course = new Course();
    course.loaded();
    course.transaction(List.of("a", "b"));
    course.transaction(List.of("c", "a", "d"));
    return course;
  }

  @Test
  void shouldGoOnBehindWhatWasReadWholeOrInPart() {
    var course = course();
    long first = course.changes.getFirst().offset();
    for (int read = 1; read <= 5; read++) {
      var go = (Go) course.rule().of(first + read);
      assertThat(course.to.from(go.offset()))
          .isEqualTo(course.changes.stream().skip(read).map(MoveRuleTest::text).toList());
    }
  }

  @Test
  void shouldBeginWhereNothingWasRead() {
    assertThat(course().rule().of(0)).isEqualTo(new Go(0, -1));
  }

  @Test
  void shouldWaitForATranslationThatIsBehind() {
    var course = course();
    long position = course.from.end();
    course.translated.entries.removeLast();
    assertThat(course.rule().of(position)).isInstanceOf(Wait.class);
    course.translated.add("progress", progress(course.outboxEnd));
    assertThat(course.rule().of(position)).isEqualTo(new Go(course.to.end(), course.outboxEnd));
  }

  @Test
  void shouldRefuseWhereTheOtherTopicHasOnlyWhatCameOfItInTheEnd() {
    var course = course();
    assertThat(course.rule().of(4)).isInstanceOf(Refuse.class);
    var within = new MoveRule(course.from, course.to, null);
    assertThat(within.of(4)).isInstanceOf(Go.class);
  }

  @Test
  void shouldRefuseWhereAVersionIsBeingFilled() {
    var course = course();
    long position = course.from.end();
    course.from.add("e", fill(course.outboxEnd));
    assertThat(course.rule().of(position)).isInstanceOf(Refuse.class);
    assertThat(course.rule().of(position + 1)).isInstanceOf(Go.class);
    course.to.add("e", fill(course.outboxEnd + 1));
    assertThat(course.rule().of(position + 1)).isInstanceOf(Refuse.class);
  }

  /// Filling goes on in steps, and may pause as long as nobody translates.
  @Test
  void shouldWaitWhileTheNewestRecordOfEitherSaysThatMoreOfTheFillingFollows() {
    for (boolean former : List.of(true, false)) {
      var course = course();
      long position = course.from.end();
      var filled = former ? course.from : course.to;
      filled.add("a", fill(course.outboxEnd).inFilling());
      long behind = former ? filled.end() : position;
      assertThat(new MoveRule(course.from, course.to, null).of(behind))
          .isInstanceOf(Wait.class)
          .asString()
          .contains(former ? "the former" : "the one to go on in");
      course.transaction(List.of("b"));
      assertThat(new MoveRule(course.from, course.to, null).of(course.from.end()))
          .as("the newest one says that the topic holds everything")
          .isInstanceOf(Go.class);
    }
  }

  @Test
  void shouldLoseNothingWhereCompactionHasTakenAllThatWasRead() {
    var course = course();
    long first = course.changes.getFirst().offset();
    course.from.entries.removeIf(each -> each.offset() < first + 2);
    var go = (Go) course.rule().of(first + 2);
    assertThat(course.to.from(go.offset()))
        .isEqualTo(course.changes.stream().skip(2).map(MoveRuleTest::text).toList());
  }

  @Test
  void shouldLoseNothingWhereTheOtherTranslationSeesMoreInsideATransaction() {
    var course = new Course();
    course.loaded();
    course.outboxEnd = 13;
    for (String key : List.of("a", "c")) {
      course.from.add(key, position(13, key.equals("c")));
    }
    for (String key : List.of("a", "b", "c")) {
      course.to.add(key, position(13, key.equals("c")));
      course.translated.add(key, position(13, key.equals("c")));
    }
    long begun = course.from.entries.get(course.from.entries.size() - 2).offset();
    var go = (Go) course.rule().of(begun + 1);
    assertThat(course.to.from(go.offset())).containsExactly("b@13", "c@13");
  }

  @Test
  void shouldNeitherLoseNorRepeatAnythingWhereverItStands() {
    var random = new Random(seed);
    for (int run = 0; run < 300; run++) {
      var course = new Course();
      course.loaded();
      int transactions = 1 + random.nextInt(8);
      for (int i = 0; i < transactions; i++) {
        transaction(course, random);
      }
      long first = course.changes.getFirst().offset();
      for (long at = first + 1; at <= course.from.end(); at++) {
        long position = at;
        var rule = course.rule();
        var answer = rule.of(position);
        assertThat(answer).as("seed %d, run %d, at %d", seed, run, at).isInstanceOf(Go.class);
        assertThat(course.to.from(((Go) answer).offset()))
            .as("seed %d, run %d, at %d", seed, run, at)
            .isEqualTo(
                course.changes.stream()
                    .filter(each -> each.offset() >= position)
                    .map(MoveRuleTest::text)
                    .toList());
      }
    }
  }

  private static void transaction(Course course, Random random) {
    var keys = new ArrayList<>(List.of("a", "b", "c", "d", "e"));
    Collections.shuffle(keys, random);
    course.transaction(keys.subList(0, 1 + random.nextInt(keys.size())));
    if (random.nextInt(4) == 0) {
      course.from.add("repaired", position(course.outboxEnd, true));
    }
    IntStream.range(0, random.nextInt(3)).forEach(_ -> course.from.commit());
    IntStream.range(0, random.nextInt(3)).forEach(_ -> course.to.commit());
    if (random.nextBoolean()) {
      course.translated.add("progress", progress(course.outboxEnd));
    }
  }
}
