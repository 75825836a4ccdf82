package dev.tandem.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.capture.CaptureState.Note;
import dev.tandem.job.SweepReport;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.postgres.ServerIdentity;
import dev.tandem.sweep.KeyRange;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import dev.tandem.wire.Topics;
import dev.tandem.wire.UndecodableException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Notes as records of the compacted offsets topic: the key says kind and subject, the value is
/// JSON, so that an operator can read it.
final class StateCodec {
  /// What the keys begin with that say what was written last to a strand, and how a sweep stands.
  static final String WRITTEN = "written/";

  static final String SWEEP = "sweep/";

  /// The same two of an outbox that no domain began with; its name follows.
  private static final String LOAD = "load/";

  private static final String LOADABLE = "loadable/";
  private static final String OUTBOX = "outbox/";
  private static final String OF = "of";
  private static final String OUTBOX_OF = "outbox";

  private static final ObjectMapper JSON = new ObjectMapper();

  private StateCodec() {}

  static byte[] key(Note note) {
    String key =
        switch (note) {
          case Note.Source _ -> Topics.PROVEN;
          case Note.Written(var strand, _) -> WRITTEN + strand;
          case Note.Sweep(var of, var progress) ->
              (of.isEmpty() ? SWEEP : LOAD + of + "/") + progress.table().sql();
          case Note.Outbox(var name, _) -> OUTBOX + name;
          case Note.Ordered sweep -> "job/" + sweep.of().job() + "/" + sweep.of().table().sql();
          case Note.Seal seal -> "seal/" + seal.job();
          case Note.Visible visible ->
              (visible.of().isEmpty() ? "visible/" : LOADABLE + visible.of() + "/")
                  + visible.table().sql();
          case Note.Form form -> "form/" + form.table().sql();
          case Note.Detail(var table, _) -> "detail/" + table.sql();
          case Note.Unproven _ -> "unproven";
        };
    return key.getBytes(UTF_8);
  }

  static byte[] value(Note note) {
    ObjectNode json = JSON.createObjectNode();
    switch (note) {
      case Note.Source(var server, var epoch, var proven, var times) -> {
        json.put("system", server.systemIdentifier());
        json.put("timeline", server.timeline());
        json.put("database", server.database());
        json.put("epoch", epoch);
        json.put("proven", proven == null ? null : proven.toString());
        json.put("endedAt", times.ended());
        json.put("openAt", times.open());
      }
      case Note.Written(_, var last) -> write(json, last);
      case Note.Form form -> {
        write(json, form.table());
        if (form.from() != null) {
          write(json.putObject("from"), form.from());
        }
        FormJson.write(json.putObject("rows"), form.rows());
      }
      case Note.Sweep(var of, var progress) -> {
        put(json, of);
        write(json, progress);
      }
      case Note.Outbox(_, var over) -> json.put("over", over);
      case Note.Ordered sweep -> {
        write(json, sweep.of().table());
        json.put("job", sweep.of().job());
        json.put("phase", sweep.phase().name());
        json.put("reason", sweep.reason());
        json.put("rate", sweep.rate());
        json.put("at", sweep.at());
        json.put("orderedAt", sweep.orderedAt());
        json.put(OUTBOX_OF, sweep.outbox());
        if (sweep.progress() != null) {
          write(json.putObject("progress"), sweep.progress());
        }
      }
      case Note.Seal seal -> {
        json.put("job", seal.job());
        json.put("at", seal.at());
        json.put("comparedAt", seal.comparedAt());
        json.put("waiting", seal.waiting());
        json.put(OUTBOX_OF, seal.outbox());
        ObjectNode offsets = json.putObject("offsets");
        seal.offsets().forEach((partition, offset) -> offsets.put(partition.toString(), offset));
      }
      case Note.Visible visible -> {
        put(json, visible.of());
        write(json, visible.table());
        json.put("epoch", visible.epoch());
        json.put("xid", visible.xid());
      }
      case Note.Detail(var table, var detail) -> {
        write(json, table);
        FormJson.write(json, detail);
      }
      case Note.Unproven unproven -> {
        json.put("epoch", unproven.epoch());
        json.put("reason", unproven.reason());
        json.put("at", unproven.at());
      }
    }
    return json.toString().getBytes(UTF_8);
  }

  /// @throws UndecodableException if it is not a note of this version
  static Note decode(byte[] key, byte[] value) {
    String name = new String(key, UTF_8);
    try {
      JsonNode json = JSON.readTree(new String(value, UTF_8));
      String kind = name.contains("/") ? name.substring(0, name.indexOf('/')) : name;
      return switch (kind) {
        case Topics.PROVEN -> source(json);
        case "written" -> new Note.Written(name.substring(WRITTEN.length()), position(json));
        case "sweep", "load" -> new Note.Sweep(json.path(OF).asText(), progress(json));
        case "outbox" ->
            new Note.Outbox(name.substring(OUTBOX.length()), json.required("over").booleanValue());
        case "job" -> ordered(json);
        case "seal" -> seal(json);
        case "form" -> form(json);
        case "detail" -> new Note.Detail(table(json), FormJson.detail(json));
        case "visible", "loadable" ->
            new Note.Visible(
                json.path(OF).asText(),
                table(json),
                json.required("epoch").intValue(),
                number(json, "xid"));
        case "unproven" ->
            new Note.Unproven(
                json.required("epoch").intValue(), text(json, "reason"), number(json, "at"));
        default -> throw new UndecodableException("a note of unknown kind: " + name);
      };
    } catch (JsonProcessingException | IllegalArgumentException cause) {
      throw new UndecodableException("not a note of capture: " + name, cause);
    }
  }

  private static Note.Form form(JsonNode json) {
    JsonNode from = json.path("from");
    return new Note.Form(
        table(json),
        FormJson.read(json.required("rows")),
        from.isMissingNode() ? null : position(from));
  }

  private static Note.Source source(JsonNode json) {
    JsonNode proven = json.required("proven");
    return new Note.Source(
        new ServerIdentity(
            text(json, "system"), json.required("timeline").intValue(), text(json, "database")),
        json.required("epoch").intValue(),
        proven.isNull() ? null : Lsn.parse(proven.textValue()),
        // Notes of before have neither.
        new LogTrail.Times(json.path("endedAt").longValue(), json.path("openAt").longValue()));
  }

  private static ChangePosition position(JsonNode json) {
    return new ChangePosition(
        json.required("epoch").intValue(),
        Lsn.parse(text(json, "after")),
        number(json, "xid"),
        Lsn.parse(text(json, "lsn")),
        json.required("ordinal").intValue());
  }

  private static void write(ObjectNode json, ChangePosition position) {
    json.put("epoch", position.epoch());
    json.put("after", position.after().toString());
    json.put("xid", position.xid());
    json.put("lsn", position.lsn().toString());
    json.put("ordinal", position.ordinal());
  }

  private static void write(ObjectNode json, SweepProgress progress) {
    write(json, progress.table());
    json.put("id", progress.id());
    json.put("epoch", progress.epoch());
    json.put("estimate", progress.estimate());
    json.put("oldest", progress.oldest() == null ? null : progress.oldest().toString());
    json.put("startedAt", progress.startedAt());
    json.put("ended", progress.ended());
    json.put("key", progress.key());
    ArrayNode parts = json.putArray("parts");
    for (SweepProgress.Part part : progress.parts()) {
      ObjectNode one = parts.addObject();
      one.set("after", array(part.rest().after()));
      one.set("upTo", array(part.rest().upTo()));
      one.put("rows", part.rows());
      one.put("unplaced", part.unplaced());
      one.put("done", part.done());
    }
  }

  private static SweepProgress progress(JsonNode json) {
    var parts = new ArrayList<SweepProgress.Part>();
    for (JsonNode part : json.required("parts")) {
      parts.add(
          new SweepProgress.Part(
              new KeyRange(list(part.required("after")), list(part.required("upTo"))),
              number(part, "rows"),
              part.path("unplaced").longValue(), // notes of before have none
              part.required("done").booleanValue()));
    }
    JsonNode oldest = json.required("oldest");
    return new SweepProgress(
        table(json),
        text(json, "id"),
        json.required("epoch").intValue(),
        number(json, "estimate"),
        parts,
        oldest.isNull() ? null : Snapshot.parse(oldest.textValue()),
        number(json, "startedAt"),
        json.required("ended").booleanValue(),
        json.path("key").asText()); // notes of before have none
  }

  private static Note.Ordered ordered(JsonNode json) {
    JsonNode progress = json.path("progress");
    return new Note.Ordered(
        new CaptureState.JobTable(text(json, "job"), table(json)),
        SweepReport.Phase.valueOf(text(json, "phase")),
        text(json, "reason"),
        progress.isMissingNode() ? null : progress(progress),
        json.path("rate").longValue(), // notes of before have none
        number(json, "at"),
        json.path(OUTBOX_OF).asInt(Topics.FIRST_OUTBOX), // notes of before have none
        json.path("orderedAt").longValue());
  }

  private static Note.Seal seal(JsonNode json) {
    var offsets = new TreeMap<Integer, Long>();
    json.required("offsets")
        .properties()
        .forEach(
            entry -> offsets.put(Integer.valueOf(entry.getKey()), entry.getValue().longValue()));
    return new Note.Seal(
        text(json, "job"),
        offsets,
        number(json, "at"),
        number(json, "comparedAt"),
        json.path("waiting").longValue(), // notes of before have neither
        json.path(OUTBOX_OF).asInt(Topics.FIRST_OUTBOX));
  }

  private static void put(ObjectNode json, String of) {
    if (!of.isEmpty()) {
      json.put(OF, of);
    }
  }

  private static void write(ObjectNode json, TableId table) {
    json.put("schema", table.schema());
    json.put("table", table.name());
  }

  private static TableId table(JsonNode json) {
    return new TableId(text(json, "schema"), text(json, "table"));
  }

  private static @Nullable ArrayNode array(@Nullable List<String> texts) {
    if (texts == null) {
      return null;
    }
    ArrayNode array = JSON.createArrayNode();
    texts.forEach(array::add);
    return array;
  }

  private static @Nullable List<String> list(JsonNode array) {
    if (array.isNull()) {
      return null;
    }
    var texts = new ArrayList<String>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  private static String text(JsonNode json, String field) {
    return json.required(field).textValue();
  }

  private static long number(JsonNode json, String field) {
    return json.required(field).longValue();
  }
}
