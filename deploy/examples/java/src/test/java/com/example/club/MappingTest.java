package com.example.club;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tandem.kit.DomainMapping;
import dev.tandem.kit.LegacyRow;
import dev.tandem.kit.Mappings;
import dev.tandem.lens.Loss;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of a member. No database and no Kafka: the tables are those of legacy.sql and
/// target.sql beside the spec.
class MappingTest {
  private static final LegacyRow ADA =
      LegacyRow.of("member")
          .with("no", 7)
          .with("name", "Ada")
          .with("stat", "A")
          .with("joined", 20240131);

  private DomainMapping members;

  @BeforeEach
  void read() throws Exception {
    var spec = Objects.requireNonNull(MappingTest.class.getResource("/club/club.yaml"));
    members = Mappings.read(Path.of(spec.toURI())).domain("members");
  }

  @Test
  void shouldMakeOneRecordOfAMemberAndItsPhones() {
    var translated =
        members.translate(
            ADA,
            LegacyRow.of("phone").with("id", 1).with("no", 7).with("digits", "4930123"),
            LegacyRow.of("phone").with("id", 2).with("no", 8).with("digits", "of nobody"));

    GenericRecord member = translated.record("Member");
    assertEquals("Ada", member.get("name").toString());
    assertEquals("ACTIVE", member.get("status").toString());
    assertEquals((int) LocalDate.of(2024, 1, 31).toEpochDay(), member.get("joined"));
    assertEquals("[{\"phoneId\": 1, \"digits\": \"4930123\"}]", member.get("phones").toString());
    assertTrue(translated.deadLetters().isEmpty());
  }

  @Test
  void shouldParkADateThatIsNone() {
    var translated = members.translate(ADA.with("joined", 20241399));

    assertTrue(translated.records("Member").isEmpty());
    assertEquals(
        List.of("Member: joined: the Java lens packed-date failed with DateTimeException"),
        translated.reasons());
  }

  @Test
  void shouldLeadBackToTheLegacyRow() {
    GenericRecord member = members.translate(ADA).record("Member");

    var back = members.put(member);

    assertEquals(20240131, back.columns().get("joined"));
    assertEquals("A", back.columns().get("stat"));
    assertEquals(List.of("memberId", "phones"), back.losses().stream().map(Loss::field).toList());
  }
}
