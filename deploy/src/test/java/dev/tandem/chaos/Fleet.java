package dev.tandem.chaos;

import dev.tandem.run.Role;
import dev.tandem.running.RoleProcess;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The members of each role, each a process with a state directory of its own and a wire of its own
/// to each party. Not thread-safe.
final class Fleet implements AutoCloseable {
  /// Those that carry changes, so that it is seen whether they go on.
  static final List<Role> ROLES = List.of(Role.CAPTURE, Role.TRANSLATE, Role.APPLY, Role.RECONCILE);

  /// All that there are members of.
  static final List<Role> ALL = List.of(Role.values());

  private static final Predicate<String> BAD =
      Pattern.compile(": (stopped|failed|dead)").asPredicate();

  private final Capturing capturing;
  private final Map<Role, List<Member>> members = new EnumMap<>(Role.class);

  /// Who a member is, among those of its role. Number 0 of capture is whoever captures at that
  /// time, the others stand by.
  record Name(Role role, int number) {
    @Override
    public String toString() {
      return role.name().toLowerCase(Locale.ROOT) + "-" + number;
    }
  }

  /// What a member is connected with.
  enum Party {
    KAFKA,
    LEGACY,
    TARGET
  }

  /// @param volume of its state, where it has one of its own
  record Member(Name name, Map<Party, Wire> wires, Optional<Volume> volume, RoleProcess process) {
    Wire wire(Party party) {
      return Objects.requireNonNull(wires.get(party));
    }
  }

  /// Ports from which the legacy store's slot is read.
  interface Capturing {
    Set<Integer> ports() throws SQLException;
  }

  Fleet(Capturing capturing) {
    this.capturing = capturing;
  }

  void add(Member member) {
    members.computeIfAbsent(member.name.role, _ -> new ArrayList<>()).add(member);
  }

  /// @param name with a number modulo those there are
  Member member(Name name) throws SQLException {
    List<Member> all = members.getOrDefault(name.role, List.of());
    int number = name.number + (name.role == Role.CAPTURE ? capturer(all) : 0);
    return all.get(number % all.size());
  }

  private int capturer(List<Member> all) throws SQLException {
    for (int port : capturing.ports()) {
      for (Member member : all) {
        if (member.wire(Party.LEGACY).comesFrom(port)) {
          return member.name.number;
        }
      }
    }
    return 0;
  }

  /// Those that answer operators.
  List<Desk> desks() {
    return members.getOrDefault(Role.SERVE, List.of()).stream()
        .map(member -> new Desk(member.name, member.process))
        .toList();
  }

  /// What is not as it should be with members: those that are gone though nobody killed them, with
  /// the end of what they said, and parts that have stopped or failed.
  List<String> unwell() throws Exception {
    var unwell = new ArrayList<String>();
    for (var all : members.values()) {
      for (Member member : all) {
        if (member.process.isAlive()) {
          List<String> bad = member.process.health().lines().filter(BAD).toList();
          bad.forEach(it -> unwell.add(member.name + " " + it));
          if (!bad.isEmpty()) {
            unwell.add(member.name + " said: " + member.process.failure());
          }
        } else {
          unwell.add(member.name + " is gone: " + member.process.log());
        }
      }
    }
    return unwell;
  }

  @Override
  public void close() throws Exception {
    for (var all : members.values()) {
      for (Member member : all) {
        member.process.end();
        for (Wire wire : member.wires.values()) {
          wire.close();
        }
        if (member.volume.isPresent()) {
          member.volume.get().close();
        }
      }
    }
  }
}
