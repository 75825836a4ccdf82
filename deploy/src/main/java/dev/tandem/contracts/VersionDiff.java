package dev.tandem.contracts;

import dev.tandem.contract.Compatibility;
import dev.tandem.contract.OptionalSchema;
import dev.tandem.version.Lost;
import dev.tandem.version.Route;
import dev.tandem.version.VersionedContract;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// What differs between two versions of a contract.
///
/// @param fields those that are not the same in both
/// @param reads what keeps the later from reading what the earlier wrote; empty where it can
/// @param isRead what keeps the earlier from reading what the later wrote
/// @param there what the way from the earlier to the later loses
/// @param back what the way from the later to the earlier loses
public record VersionDiff(
    int from,
    int to,
    List<FieldChange> fields,
    List<String> reads,
    List<String> isRead,
    List<Loss> there,
    List<Loss> back) {
  /// One field in both versions; its types as messages name them, empty where it is not there.
  public record FieldChange(String field, String before, String after) {}

  /// What one step on the way loses.
  public record Loss(int from, int to, Lost lost) {}

  public VersionDiff {
    fields = List.copyOf(fields);
    reads = List.copyOf(reads);
    isRead = List.copyOf(isRead);
    there = List.copyOf(there);
    back = List.copyOf(back);
  }

  /// @throws IllegalArgumentException if one of them is no version of the contract
  public static VersionDiff of(VersionedContract contract, int from, int to) {
    var versions = contract.folder().versions();
    return new VersionDiff(
        from,
        to,
        fields(contract.folder().version(from), contract.folder().version(to)),
        breaches(Compatibility.reads(versions, to, from)),
        breaches(Compatibility.reads(versions, from, to)),
        contract.chain().map(chain -> losses(chain.between(from, to))).orElse(List.of()),
        contract.chain().map(chain -> losses(chain.between(to, from))).orElse(List.of()));
  }

  /// What every step of a way loses.
  public static List<Loss> losses(Route route) {
    return route.steps().stream()
        .flatMap(step -> step.lost().stream().map(lost -> new Loss(step.from(), step.to(), lost)))
        .toList();
  }

  private static List<String> breaches(List<Compatibility.Breach> breaches) {
    return breaches.stream().map(breach -> breach.type() + " at " + breach.location()).toList();
  }

  private static List<FieldChange> fields(Schema before, Schema after) {
    var changes = new ArrayList<FieldChange>();
    for (Schema.Field field : before.getFields()) {
      Schema.Field same = after.getField(field.name());
      if (same == null || !same.schema().equals(field.schema())) {
        changes.add(new FieldChange(field.name(), type(field), type(same)));
      }
    }
    for (Schema.Field field : after.getFields()) {
      if (before.getField(field.name()) == null) {
        changes.add(new FieldChange(field.name(), "", type(field)));
      }
    }
    return changes;
  }

  private static String type(Schema.@Nullable Field field) {
    return field == null ? "" : OptionalSchema.describe(field.schema());
  }
}
