package dev.tandem.translate;

import dev.tandem.plan.ContractSize;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MinuteLimit;
import dev.tandem.plan.MinuteLimit.Word;
import dev.tandem.plan.PublishedVersion;
import dev.tandem.translate.TranslateOutput.Refusal;
import dev.tandem.version.StepException;
import dev.tandem.wire.DeadLetter;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// What else is published of a contract record: the same as other versions have it. A version that
/// cannot be made becomes a dead letter of its own, while what was published of it stays; neither
/// the contract topic nor another version waits for it, and it stops no domain. Not thread-safe.
///
/// @param codec writes what was made
/// @param versions which are published
/// @param output where dead letters go
/// @param listener hears of them
/// @param largest bytes that key and value of a record may have together
/// @param letters how many of them: a step that is wrong must not fill their topic
record OtherVersions(
    ContractCodec codec,
    VersionFill versions,
    TranslateOutput output,
    TranslateListener listener,
    int largest,
    MinuteLimit letters) {

  /// Encoded, by version; without those that could not be made.
  ///
  /// @param key the contract key
  SortedMap<Integer, byte[]> of(EntityPlan entity, byte[] key, GenericRecord contract) {
    var made = new TreeMap<Integer, byte[]>();
    for (PublishedVersion published : entity.published()) {
      boolean isOn = versions.isOn(entity, published.version());
      byte[] value = isOn ? of(new Subject(entity, key), contract, published) : null;
      if (value != null) {
        made.put(published.version(), value);
      }
    }
    return made;
  }

  /// What a record is of.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Subject(EntityPlan entity, byte[] key) {}

  /// Encoded; null if it could not be made.
  byte @Nullable [] of(Subject subject, GenericRecord contract, PublishedVersion published) {
    int version = published.version();
    try {
      byte[] value = codec.version(subject.entity, version, published.route().of(contract));
      long size = (long) subject.key.length + value.length;
      if (size <= largest) {
        return value;
      }
      String why = ContractSize.refusal(size, largest).reason();
      refuse(subject, DeadLetter.NOT_PUBLISHED + version + ": " + why, "");
    } catch (StepException e) {
      refuse(subject, "not published as " + e.getMessage(), "");
    } catch (RuntimeException e) {
      String reason = DeadLetter.NOT_PUBLISHED + version + ": its step failed";
      refuse(subject, reason, e.getClass().getName());
    }
    return null;
  }

  private void refuse(Subject subject, String reason, String cause) {
    var word = letters.next();
    if (word != Word.LEAVE_OUT) {
      String said = word == Word.WRITE ? reason : DeadLetter.lastOfMinute(reason);
      output.deadLetter(new Refusal(subject.entity.name(), subject.key, said, cause));
    }
    listener.refused(subject.entity.name());
  }
}
