package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tandem.answer.MomentText;
import dev.tandem.contract.OptionalSchema;
import dev.tandem.contracts.ContractUse;
import dev.tandem.contracts.EntityContract;
import dev.tandem.contracts.GroupMove;
import dev.tandem.contracts.OffVersions;
import dev.tandem.contracts.VersionDiff;
import dev.tandem.contracts.VersionDiff.FieldChange;
import dev.tandem.contracts.VersionDiff.Loss;
import dev.tandem.contracts.VersionSkew;
import dev.tandem.job.OperatorAction;
import dev.tandem.version.Step;
import dev.tandem.wire.VersionSwitch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// How contracts are written, as text and as JSON.
final class ContractForm {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Tenants that are named in each domain.
  private static final int NAMED_TENANTS = 20;

  private ContractForm() {}

  static List<String> list(List<EntityContract> contracts, OffVersions off) {
    var lines = new ArrayList<String>();
    for (EntityContract it : contracts) {
      lines.add(
          "%s/%s  %s, %s".formatted(it.topics().domain(), it.entity(), it.folder(), declared(it)));
      var topics = it.topicByVersion();
      it.contract()
          .folder()
          .versions()
          .forEach(
              (version, schema) ->
                  lines.add(
                      "  v%-3d %3d fields  %s"
                          .formatted(
                              version,
                              schema.getFields().size(),
                              topics.getOrDefault(version, "not published")
                                  + (version == it.primary() ? ", translated to" : "")
                                  + off.of(it, version).map(ContractForm::off).orElse(""))));
    }
    return lines;
  }

  private static String off(OperatorAction order) {
    return ", off since %s by %s: %s"
        .formatted(MomentText.of(order.at()), order.actor().by(), order.actor().why());
  }

  private static String declared(EntityContract it) {
    return it.contract().compatibility().word()
        + (it.contract().chain().isPresent() ? "" : ", without steps");
  }

  static List<String> show(EntityContract it, int version) {
    var lines = new ArrayList<String>();
    var schema = it.contract().folder().version(version);
    lines.add("%s, version %d: %s".formatted(it.entity(), version, schema.getFullName()));
    schema
        .getFields()
        .forEach(
            field ->
                lines.add(
                    "  %-24s %s".formatted(field.name(), OptionalSchema.describe(field.schema()))));
    it.steps().stream()
        .filter(step -> step.from() == version || step.to() == version)
        .forEach(step -> lines.addAll(step(step)));
    return lines;
  }

  /// One line where nothing is lost, and one more for each field that is.
  static List<String> step(Step step) {
    var lines = new ArrayList<String>();
    lines.add(
        "step %d to %d: %s"
            .formatted(
                step.from(),
                step.to(),
                step.lost().isEmpty() ? "loses nothing" : "loses " + step.lost().size()));
    step.lost().forEach(lost -> lines.add("  " + lost.field() + ": " + lost.why()));
    return lines;
  }

  static List<String> diff(EntityContract it, VersionDiff diff) {
    var lines = new ArrayList<String>();
    lines.add("%s, version %d and version %d".formatted(it.entity(), diff.from(), diff.to()));
    diff.fields().forEach(change -> lines.add("  " + text(change)));
    lines.add(reads(diff.to(), diff.from(), diff.reads()));
    lines.add(reads(diff.from(), diff.to(), diff.isRead()));
    if (it.contract().chain().isEmpty()) {
      lines.add("there are no steps between them");
    } else {
      lines.addAll(way(diff.from(), diff.to(), diff.there()));
      lines.addAll(way(diff.to(), diff.from(), diff.back()));
    }
    return lines;
  }

  private static String text(FieldChange change) {
    if (change.before().isEmpty()) {
      return "+ " + change.field() + ": " + change.after();
    }
    return change.after().isEmpty()
        ? "- " + change.field() + ": " + change.before()
        : "~ " + change.field() + ": " + change.before() + " becomes " + change.after();
  }

  private static String reads(int reader, int writer, List<String> causes) {
    return "a reader of version %d %s what version %d wrote%s"
        .formatted(
            reader,
            causes.isEmpty() ? "reads" : "cannot read",
            writer,
            causes.isEmpty() ? "" : ": " + String.join(", ", causes));
  }

  private static List<String> way(int from, int to, List<Loss> losses) {
    var lines = new ArrayList<String>();
    lines.add(
        "the steps from %d to %d lose %s".formatted(from, to, losses.isEmpty() ? "nothing" : ""));
    losses.forEach(
        loss ->
            lines.add(
                "  %d to %d: %s: %s"
                    .formatted(loss.from(), loss.to(), loss.lost().field(), loss.lost().why())));
    return lines.stream().map(String::stripTrailing).toList();
  }

  static List<String> consumers(ContractUse use) {
    var lines = new ArrayList<String>();
    for (String topic : use.topics()) {
      var here = use.groups().stream().filter(group -> group.topic().equals(topic)).toList();
      lines.add(topic + (here.isEmpty() ? "  no group has a position in it" : ""));
      here.forEach(
          group ->
              lines.add(
                  "  %-32s %-10s %d members, lag %d, last read %s"
                      .formatted(
                          group.group(),
                          group.state(),
                          group.members(),
                          group.lag(),
                          group.lastRead().map(Instant::toString).orElse("nothing"))));
    }
    use.skew().ifPresent(skew -> lines.addAll(skew(skew.naming(NAMED_TENANTS))));
    return lines;
  }

  private static List<String> skew(VersionSkew skew) {
    var lines = new ArrayList<String>();
    skew.versions()
        .forEach(
            (of, versions) ->
                lines.add(
                    "versions of %s/%s in use: %s"
                        .formatted(
                            of.domain(),
                            of.entity(),
                            versions.isEmpty()
                                ? "not known"
                                : versions.stream()
                                    .map(version -> "v" + version)
                                    .collect(Collectors.joining(", ")))));
    for (VersionSkew.InTarget rows : skew.target()) {
      lines.add(
          "  rows of %s/%s, generation %d (%s): %s, of every tenant"
              .formatted(
                  rows.domain(),
                  rows.entity(),
                  rows.generation(),
                  rows.state().name().toLowerCase(Locale.ROOT),
                  text(rows.version())));
    }
    for (VersionSkew.InFlight records : skew.flight()) {
      lines.add(
          "  in flight to %s/%s, generation %d: %d of %s%s"
              .formatted(
                  records.domain(),
                  records.entity(),
                  records.generation(),
                  records.records(),
                  text(records.version()),
                  records.tenant().isEmpty() ? "" : " of tenant " + records.tenant()));
    }
    for (VersionSkew.Beyond each : skew.beyond()) {
      lines.add(
          "  in flight to %s, generation %d: %d more, not looked at"
              .formatted(each.domain(), each.generation(), each.records()));
    }
    return lines;
  }

  private static String text(OptionalInt version) {
    return version.isPresent() ? "v" + version.getAsInt() : "a version that is not known";
  }

  static String showJson(EntityContract it, int version) {
    return it.contract().folder().version(version).toString();
  }

  static String diffJson(VersionDiff diff) {
    var root = JSON.createObjectNode().put("from", diff.from()).put("to", diff.to());
    var fields = root.putArray("fields");
    diff.fields()
        .forEach(
            change ->
                fields
                    .addObject()
                    .put("field", change.field())
                    .put("before", change.before())
                    .put("after", change.after()));
    root.set("laterCannotReadEarlier", texts(diff.reads()));
    root.set("earlierCannotReadLater", texts(diff.isRead()));
    root.set("losesThere", losses(diff.there()));
    root.set("losesBack", losses(diff.back()));
    return root.toString();
  }

  private static ArrayNode texts(List<String> texts) {
    var list = JSON.createArrayNode();
    texts.forEach(list::add);
    return list;
  }

  private static ArrayNode losses(List<Loss> losses) {
    var list = JSON.createArrayNode();
    losses.forEach(
        loss ->
            list.addObject()
                .put("from", loss.from())
                .put("to", loss.to())
                .put("field", loss.lost().field())
                .put("why", loss.lost().why()));
    return list;
  }

  static List<String> moved(GroupMove.Wish wish, GroupMove.Outcome outcome) {
    var lines = new ArrayList<String>();
    for (GroupMove.Moved each : outcome.moved()) {
      lines.add(
          "partition %d: %d in %s, %s"
              .formatted(
                  each.partition(),
                  each.to(),
                  wish.to().name(),
                  each.outboxEnd() < 0
                      ? "nothing was read"
                      : "behind " + each.outboxEnd() + " of the outbox"));
    }
    lines.add(
        "%s goes on in %s; its positions in %s are deleted"
            .formatted(wish.group(), wish.to().name(), wish.from().name()));
    if (outcome.asked() > 0) {
      lines.add(
          "%d entities that %s could not take, as dead letters say, come in %s once more"
              .formatted(outcome.asked(), wish.from().name(), wish.to().name()));
    }
    return lines;
  }

  static String movedJson(GroupMove.Outcome outcome) {
    var root = JSON.createObjectNode();
    var moved = root.putArray("moved");
    for (GroupMove.Moved each : outcome.moved()) {
      moved
          .addObject()
          .put("partition", each.partition())
          .put("from", each.from())
          .put("to", each.to())
          .put("outboxEnd", each.outboxEnd());
    }
    root.put("asked", outcome.asked());
    root.set("reasons", texts(outcome.reasons()));
    return root.toString();
  }

  static List<String> turned(VersionSwitch order, String topic, int partitions) {
    return List.of(
        "%s is published in %s %s, from now on in each of %d partitions"
            .formatted(order.entity(), topic, order.on() ? "again" : "no longer", partitions));
  }

  static String turnedJson(VersionSwitch order, String topic, int partitions) {
    return JSON.createObjectNode()
        .put("entity", order.entity())
        .put("version", order.version())
        .put("topic", topic)
        .put("on", order.on())
        .put("partitions", partitions)
        .toString();
  }

  static String names(List<EntityContract> contracts) {
    return contracts.stream().map(EntityContract::entity).collect(Collectors.joining(", "));
  }
}
