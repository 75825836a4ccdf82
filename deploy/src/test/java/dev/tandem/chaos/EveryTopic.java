package dev.tandem.chaos;

import dev.tandem.chaos.Discreet.Said;
import dev.tandem.chaos.Mark.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// The bytes of keys, values and headers of all that stands in any topic of a broker, also in
/// transactions that were aborted.
///
/// @param kafka properties of clients
record EveryTopic(Map<String, Object> kafka) implements Discreet.Source {
  private static final Duration TURN = Duration.ofSeconds(1);

  /// Those that are there for whole rows.
  private static final Pattern RECORDS =
      Pattern.compile(".+\\.(outbox|contract|observed)(\\..+)?|.+-changelog");

  @Override
  public void tell(Consumer<Said> listener) {
    var settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.listTopics().values().stream()
              .flatMap(List::stream)
              .map(it -> new TopicPartition(it.topic(), it.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      consumer.assign(all);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(TURN)) {
          tell(each, listener);
        }
      }
    }
  }

  private static void tell(ConsumerRecord<byte[], byte[]> each, Consumer<Said> listener) {
    Place place = RECORDS.matcher(each.topic()).matches() ? Place.RECORDS : Place.TOPIC;
    var text = new StringBuilder(text(each.key())).append('\n').append(text(each.value()));
    for (Header header : each.headers()) {
      text.append('\n').append(header.key()).append('\n').append(text(header.value()));
    }
    listener.accept(new Said(place, each.topic(), text.toString()));
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
