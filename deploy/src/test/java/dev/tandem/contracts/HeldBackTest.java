package dev.tandem.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ledger.StoredLetter;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetter.Stage;
import dev.tandem.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeldBackTest {
  private static final Topics CRM = new Topics("shop", "crm");

  private static ContractTopic topic(String name) {
    return ContractTopic.of(List.of(CRM), name).orElseThrow();
  }

  private static StoredLetter stored(
      Stage stage, String domain, String reason, @Nullable String key) {
    byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    return new StoredLetter(
        0, 0, new DeadLetter(stage, domain, "Customer", "t", 1, 5, reason, "", bytes, null, 1));
  }

  private static List<String> between(String from, String to) {
    var held = new HeldBack(topic(from), topic(to));
    held.accept(stored(Stage.TRANSLATE, "crm", "not published as version 1: n: too large", "a"));
    held.accept(stored(Stage.TRANSLATE, "crm", "not published as version 1: n: too large", "a"));
    held.accept(stored(Stage.TRANSLATE, "crm", "not published as version 10: n", "b"));
    held.accept(stored(Stage.TRANSLATE, "crm", "status: expected one of", "c"));
    held.accept(stored(Stage.TRANSLATE, "crm", "a record that cannot be read", null));
    held.accept(stored(Stage.APPLY, "crm", "violates a constraint", "d"));
    held.accept(stored(Stage.TRANSLATE, "other", "not published as version 1: n", "e"));
    return held.entities().stream()
        .map(each -> each.partition() + new String(each.contractKey(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void shouldNameWhatAVersionCouldNotTake() {
    assertThat(between("shop.crm.contract.v1", "shop.crm.contract")).containsExactly("1a");
    assertThat(between("shop.crm.contract.v10", "shop.crm.contract.v1")).containsExactly("1b");
    assertThat(between("shop.crm.contract", "shop.crm.contract.v1")).isEmpty();
  }

  @Test
  void shouldNameWhatTheTranslationRefusedWhereTheOtherTopicIsOfAnotherOne() {
    assertThat(between("shop.crm.contract", "shop.crm.contract.2")).containsExactly("1c");
    assertThat(between("shop.crm.contract.v1", "shop.crm.contract.2.v1"))
        .containsExactly("1a", "1c");
  }

  @Test
  void shouldAskTheTranslationThatWritesTheTopic() {
    assertThat(topic("shop.crm.contract.2.v1").translation().repair())
        .isEqualTo("shop.crm.repair.2");
    assertThat(topic("shop.crm.contract.v1").translation().deadLetter())
        .isEqualTo("shop.dead-letter");
    assertThat(topic("shop.crm.contract.2").translation().deadLetter())
        .isEqualTo("shop.crm.dead-letter.2");
  }
}
