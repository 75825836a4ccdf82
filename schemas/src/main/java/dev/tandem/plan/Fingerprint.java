package dev.tandem.plan;

import dev.tandem.event.EventTable;
import dev.tandem.event.PayloadForm;
import dev.tandem.lens.MappingSource;
import dev.tandem.spec.Node;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.TreeMap;
import org.apache.avro.Schema;

/// A digest of all that decides what is translated: the contract, the key, the partition, the
/// sources and the mapping. Neither places nor the order of keys in the document are part of it.
public final class Fingerprint {
  private static final int SHOWN = 16;
  private final StringBuilder text = new StringBuilder();

  private Fingerprint() {}

  /// @param root as it is captured
  static String of(MappingSource source, Source root) {
    var fingerprint = new Fingerprint();
    fingerprint.add("1"); // version of this text
    fingerprint.add(source.entity());
    fingerprint.add(source.contract().toString());
    fingerprint.add(String.join(",", source.keyFields()));
    fingerprint.add(source.partitionBy());
    fingerprint.add(source.tenant().orElse(""));
    fingerprint.add(source.tables().root());
    source.tables().children().keySet().forEach(fingerprint::add);
    root.events().ifPresent(fingerprint::add);
    fingerprint.add(source.map());
    return fingerprint.digest();
  }

  /// A digest of what decides which entity a legacy row belongs to, and which partition that is in:
  /// the fields of the key and the one that partitions, with their types and mappings. Tables and
  /// what joins them are no part of it.
  public static String ofPlace(MappingSource source) {
    var fingerprint = new Fingerprint();
    var fields = new ArrayList<>(source.keyFields());
    fields.add(source.partitionBy());
    for (String field : fields) {
      fingerprint.add(field);
      Schema.Field known = source.contract().getField(field);
      fingerprint.add(known == null ? "" : known.schema().toString());
      Node node = source.map().entries().get(field);
      fingerprint.add(node == null ? source.map() : node);
    }
    return fingerprint.digest();
  }

  /// The same for the same fingerprint of a domain, and short enough to be shown.
  public static String shortened(String fingerprint) {
    return of(fingerprint).substring(0, SHOWN);
  }

  /// A digest of a text.
  public static String of(String text) {
    var fingerprint = new Fingerprint();
    fingerprint.add(text);
    return fingerprint.digest();
  }

  private void add(Source source) {
    add(source.name());
    add(source.firstName().sql());
    source.join().forEach(this::add);
    add("key");
    source.key().forEach(this::add);
  }

  /// What is done with rows afterwards, and whether the table is swept, decides nothing of what is
  /// translated.
  private void add(EventTable events) {
    add("events");
    add(events.envelope().aggregateType());
    add(events.envelope().aggregateId());
    add(events.envelope().type());
    add(events.envelope().payload());
    if (events.form() instanceof PayloadForm.Avro) {
      add("avro");
    }
    add(events.aggregates().stream().sorted().toList().toString());
    add(events.deletions().stream().sorted().toList().toString());
    events.fields().forEach(this::add);
    for (EventTable.Items list : events.lists()) {
      add("list");
      add(list.name());
      list.fields().forEach(this::add);
    }
  }

  private void add(EventTable.Field field) {
    add(field.column());
    add(field.type().postgres());
    add(field.required() ? "required" : "optional");
  }

  private void add(Node node) {
    switch (node) {
      case Node.Scalar scalar -> {
        add(scalar.quoted() ? "quoted" : "plain");
        add(scalar.text());
      }
      case Node.Sequence sequence -> {
        add("list " + sequence.items().size());
        sequence.items().forEach(this::add);
      }
      case Node.Mapping mapping -> {
        add("mapping " + mapping.entries().size());
        new TreeMap<>(mapping.entries())
            .forEach(
                (key, value) -> {
                  add(key);
                  add(value);
                });
      }
    }
  }

  /// Every part with its length, so that no two lists of parts have one text.
  private void add(String part) {
    text.append(part.length()).append(':').append(part);
  }

  private String digest() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
