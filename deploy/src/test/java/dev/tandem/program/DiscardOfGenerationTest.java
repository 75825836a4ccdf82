package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.clients.KafkaClients;
import dev.tandem.generation.Feed;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Place;
import dev.tandem.setup.GenerationTable;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.setup.Setup;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetter.Stage;
import dev.tandem.wire.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscardOfGenerationTest {
  private static final Feed FIRST = new Feed(1, "one", null);
  private static final Feed SECOND = new Feed(2, "other", null);
  private static final Place BESIDE = new Place("beside", 7);

  /// In the migration's topic letters of the first translation stand between those of capture.
  /// While another one feeds the live tables nobody sees them; after a demotion they are due.
  @Test
  void shouldSayNothingOfLettersThatNobodyCouldSeeWhenOthersWereDiscarded(@TempDir Path directory)
      throws Exception {
    try (var mini = MiniMigration.start(directory)) {
      Setup.run(mini.site());
      try (var admin = mini.admin()) {
        admin
            .createTopics(List.of(new NewTopic("mini.items.dead-letter.2", 1, (short) 1)))
            .all()
            .get();
      }
      bury(mini, "mini.dead-letter", Stage.TRANSLATE, "of the first");
      bury(mini, "mini.dead-letter", Stage.CAPTURE, "of capture");
      bury(mini, "mini.items.dead-letter.2", Stage.TRANSLATE, "of the second");
      bury(mini, "mini.dead-letter", "other", Stage.TRANSLATE, "of another domain");

      live(mini, State.KEPT, BESIDE, State.LIVE, Place.OF_SPEC);
      assertThat(reasons(mini))
          .containsExactlyInAnyOrder("of capture", "of the second", "of another domain");
      assertThat(tandem(mini, "discard", "--all", "--why", "seen").out())
          .isEqualTo("discarded 3 letters\n");
      assertThat(due(mini)).isEmpty();

      live(mini, State.LIVE, Place.OF_SPEC, State.KEPT, BESIDE);
      assertThat(due(mini)).containsExactly("of the first");
      assertThat(tandem(mini, "discard", "--all", "--why", "seen").out())
          .isEqualTo("discarded 1 letter\n");
      assertThat(due(mini)).isEmpty();
    }
  }

  private static void live(
      MiniMigration mini, State first, Place firstIn, State second, Place secondIn)
      throws Exception {
    var one = new Generation("items", 1, first, firstIn, FIRST, Note.NONE);
    var two = new Generation("items", 2, second, secondIn, SECOND, Note.NONE);
    try (var target = mini.connect("target")) {
      GenerationTable.write(
          target,
          "mini",
          new Actor("anna", "a test"),
          first == State.LIVE ? List.of(two, one) : List.of(one, two));
    }
  }

  private static void bury(MiniMigration mini, String topic, Stage stage, String reason)
      throws Exception {
    bury(mini, topic, "items", stage, reason);
  }

  private static void bury(
      MiniMigration mini, String topic, String domain, Stage stage, String reason)
      throws Exception {
    var letter =
        new DeadLetter(
            stage,
            domain,
            "Item",
            "mini.items.outbox",
            0,
            7,
            reason,
            "",
            "key of 1".getBytes(StandardCharsets.UTF_8),
            null,
            5);
    byte[] value = new DeadLetters(mini.site().registry(), topic).encode(letter);
    try (var producer =
        KafkaClients.producer(Map.of("bootstrap.servers", mini.bootstrapServers()))) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  private static List<String> reasons(MiniMigration mini) throws Exception {
    return letters(mini).stream().map(each -> each.path("reason").asText()).toList();
  }

  private static List<String> due(MiniMigration mini) throws Exception {
    return letters(mini).stream()
        .filter(each -> each.path("discarded").isNull())
        .map(each -> each.path("reason").asText())
        .toList();
  }

  private static List<JsonNode> letters(MiniMigration mini) throws Exception {
    var found = tandem(mini, "list", "--json").json().path("letters");
    return found.valueStream().toList();
  }

  private static Ended tandem(MiniMigration mini, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(0, List.of("dead-letters", mini.spec().toString()));
    return Ended.of(all.toArray(String[]::new));
  }
}
