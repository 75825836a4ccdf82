package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.contracts.ContractUse;
import dev.tandem.contracts.ContractUse.Read;
import dev.tandem.contracts.ContractUse.Reading;
import dev.tandem.contracts.VersionSkew;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalInt;

/// Who reads which version, and which versions are in use, for a program.
public final class ContractUseJson {
  /// Tenants that are named in each domain.
  private static final int NAMED_TENANTS = 20;

  private ContractUseJson() {}

  public static ObjectNode of(ContractUse use) {
    var root = new ObjectMapper().createObjectNode();
    var list = root.putArray("consumers");
    for (Reading reading : use.readings()) {
      var group = reading.group();
      var node =
          list.addObject()
              .put("topic", group.topic())
              .put("group", group.group())
              .put("state", group.state())
              .put("members", group.members())
              .put("lag", group.lag())
              .put("lastRead", group.lastRead().map(Instant::toString).orElse(null));
      var versions = node.putObject("versions");
      for (Read read : reading.entities()) {
        put(versions, read.entity(), read.version());
      }
    }
    use.skew()
        .ifPresentOrElse(
            skew -> root.set("skew", skew(skew.naming(NAMED_TENANTS))),
            () -> root.putNull("skew").put("skewUnknown", use.unknown()));
    return root;
  }

  private static ObjectNode skew(VersionSkew skew) {
    var root = new ObjectMapper().createObjectNode();
    var entities = root.putArray("entities");
    skew.versions()
        .forEach(
            (of, versions) -> {
              var node = entities.addObject().put("domain", of.domain()).put("entity", of.entity());
              versions.forEach(node.putArray("versions")::add);
            });
    var target = root.putArray("target");
    for (VersionSkew.InTarget rows : skew.target()) {
      put(
          target
              .addObject()
              .put("domain", rows.domain())
              .put("entity", rows.entity())
              .put("generation", rows.generation())
              .put("state", rows.state().name().toLowerCase(Locale.ROOT)),
          "version",
          rows.version());
    }
    var flight = root.putArray("inFlight");
    for (VersionSkew.InFlight records : skew.flight()) {
      put(
          flight
              .addObject()
              .put("domain", records.domain())
              .put("entity", records.entity())
              .put("generation", records.generation())
              .put("tenant", records.tenant())
              .put("records", records.records()),
          "version",
          records.version());
    }
    var beyond = root.putArray("notLookedAt");
    for (VersionSkew.Beyond each : skew.beyond()) {
      beyond
          .addObject()
          .put("domain", each.domain())
          .put("generation", each.generation())
          .put("records", each.records());
    }
    return root;
  }

  private static void put(ObjectNode node, String name, OptionalInt version) {
    if (version.isPresent()) {
      node.put(name, version.getAsInt());
    } else {
      node.putNull(name);
    }
  }
}
