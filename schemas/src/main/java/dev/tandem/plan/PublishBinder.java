package dev.tandem.plan;

import dev.tandem.spec.EntitySpec;
import dev.tandem.spec.Located;
import dev.tandem.spec.Problems;
import dev.tandem.version.VersionedContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Binds the versions that the entities of one domain publish beside the one they are translated
/// to: each exists, is named once and is reached by the contract's steps.
final class PublishBinder {
  private final Problems problems;

  /// By version and full name of its record: entities of a domain share a version's topic.
  private final Map<String, EntitySpec> records = new HashMap<>();

  PublishBinder(Problems problems) {
    this.problems = problems;
  }

  /// @param version that the entity is translated to
  List<PublishedVersion> bind(EntitySpec entity, VersionedContract contract, int version) {
    var published = new ArrayList<PublishedVersion>();
    var seen = new HashSet<Integer>();
    for (Located<Integer> at : entity.publish()) {
      int number = at.value();
      if (!seen.add(number)) {
        at.error(problems, "version " + number + " is named twice", "name it once");
      } else if (number == version) {
        at.error(
            problems,
            "version " + number + " is what the entity is translated to: the contract topic has it",
            "leave it out of 'publish'");
      } else if (!contract.folder().versions().containsKey(number)) {
        at.error(
            problems,
            "the contract has no version "
                + number
                + ", only "
                + contract.folder().versions().keySet(),
            "publish a version that exists, or add v" + number + ".avsc");
      } else if (contract.chain().isEmpty()) {
        at.error(
            problems,
            "version "
                + number
                + " cannot be made: the contract's steps do not follow by themselves",
            "write " + VersionedContract.STEPS + " beside its versions");
      } else {
        var schema = contract.folder().version(number);
        checkName(entity, at, number + " " + schema.getFullName());
        published.add(
            new PublishedVersion(number, schema, contract.chain().get().between(version, number)));
      }
    }
    return published;
  }

  private void checkName(EntitySpec entity, Located<Integer> at, String record) {
    EntitySpec earlier = records.putIfAbsent(record, entity);
    if (earlier != null) {
      at.error(
          problems,
          "its record "
              + record.substring(record.indexOf(' ') + 1)
              + " is that of "
              + earlier.name().value()
              + " in version "
              + at.value()
              + " too, and both share a topic",
          "give each contract of a domain record names of its own, in every version");
    }
  }
}
