package dev.tandem.ledger;

import dev.tandem.wire.DeadLetter;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A dead letter in its place.
///
/// @param of `customers.2` where it stands in the topic of that translation, empty where it stands
///     in the migration's
/// @param partition of the dead-letter topic
/// @param offset there
public record StoredLetter(String of, int partition, long offset, DeadLetter letter) {
  /// In the migration's topic.
  public StoredLetter(int partition, long offset, DeadLetter letter) {
    this("", partition, offset, letter);
  }

  /// `0:17`, or `customers.2:0:17`, by which it is asked for.
  public String id() {
    return (of.isEmpty() ? "" : of + ":") + partition + ":" + offset;
  }

  /// What has to be forwarded again for another try; nothing where it is not known whose the record
  /// was, or where capture gave up: then the legacy row has to come once more.
  public Optional<RepairRequests.Request> request() {
    byte[] key = letter.key();
    return key == null || NamelessLetters.isNameless(letter) || letter.partition() < 0
        ? Optional.empty()
        : Optional.of(new RepairRequests.Request(letter.domain(), letter.partition(), key));
  }

  /// Names the entity, among all domains.
  public static ByteBuffer name(String domain, byte[] contractKey) {
    byte[] text = (domain + '\0').getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return ByteBuffer.allocate(text.length + contractKey.length).put(text).put(contractKey).flip();
  }
}
