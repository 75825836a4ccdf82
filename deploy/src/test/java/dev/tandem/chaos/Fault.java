package dev.tandem.chaos;

import dev.tandem.chaos.Fleet.Name;
import dev.tandem.chaos.Fleet.Party;
import dev.tandem.run.Role;
import dev.tandem.running.RoleProcess;
import dev.tandem.running.Shop;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.awaitility.Awaitility;

/// Something that happens to a fleet, and is over when [#happen] has returned.
sealed interface Fault {
  /// The fault's row in the table of all faults, `docs/faults.md`, by its first column.
  String row();

  /// What kind of fault it is, for a table.
  String kind();

  /// The roles that it may bring to a halt.
  Set<Role> halts();

  /// @param begun told once the fault has begun
  void happen(ChaosStage stage, Runnable begun) throws Exception;

  private static String word(Enum<?> each) {
    return each.name().toLowerCase(Locale.ROOT);
  }

  /// The role, unless nobody sees whether it goes on.
  private static Set<Role> seen(Role role) {
    return Fleet.ROLES.contains(role) ? EnumSet.of(role) : Set.of();
  }

  /// @param away how long until it is started again
  record Killed(Name member, Duration away) implements Fault {
    @Override
    public String row() {
      return "any role killed (`kill -9`) at any moment";
    }

    @Override
    public String kind() {
      return word(member.role()) + " killed";
    }

    @Override
    public Set<Role> halts() {
      return seen(member.role());
    }

    @Override
    public void happen(ChaosStage stage, Runnable begun) throws Exception {
      RoleProcess process = stage.fleet().member(member).process();
      process.end();
      begun.run();
      Shop.rest(away);
      process.again();
    }
  }

  /// Ended as an operator ends it, and started again at once; over when it is ready.
  record Restarted(Name member) implements Fault {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Override
    public String row() {
      return "any role ended and started again";
    }

    @Override
    public String kind() {
      return word(member.role()) + " restarted";
    }

    @Override
    public Set<Role> halts() {
      return seen(member.role());
    }

    @Override
    public void happen(ChaosStage stage, Runnable begun) throws Exception {
      RoleProcess process = stage.fleet().member(member).process();
      process.close();
      begun.run();
      process.again();
      Awaitility.await().atMost(PATIENCE).until(process::isReady);
    }
  }

  /// SIGSTOP, then SIGCONT.
  record Held(Name member, Duration time) implements Fault {
    @Override
    public String row() {
      return "a process stopped for longer than its session (SIGSTOP)";
    }

    @Override
    public String kind() {
      return word(member.role()) + " held";
    }

    @Override
    public Set<Role> halts() {
      return seen(member.role());
    }

    @Override
    public void happen(ChaosStage stage, Runnable begun) throws Exception {
      RoleProcess process = stage.fleet().member(member).process();
      process.hold();
      begun.run();
      Shop.rest(time);
      process.letGo();
    }
  }

  /// A member's line to one party is something else than good.
  record Cut(Name member, Party party, Wire.State state, Duration time) implements Fault {
    @Override
    public String row() {
      return switch (state) {
        case PASS, SILENT -> "a line that moves nothing, and says nothing";
        case SLOW -> "a line that is slow";
        case REFUSE, RESET -> "a line that is refused or reset";
      };
    }

    @Override
    public String kind() {
      return word(member.role()) + "'s " + word(party) + " " + word(state);
    }

    @Override
    public Set<Role> halts() {
      return seen(member.role());
    }

    @Override
    public void happen(ChaosStage stage, Runnable begun) throws Exception {
      Wire wire = stage.fleet().member(member).wire(party);
      wire.set(state);
      begun.run();
      Shop.rest(time);
      wire.set(Wire.State.PASS);
    }
  }

  record BrokerKilled(Duration away) implements Fault {
    @Override
    public String row() {
      return "the broker killed, or held";
    }

    @Override
    public String kind() {
      return "broker killed";
    }

    @Override
    public Set<Role> halts() {
      return EnumSet.copyOf(Fleet.ROLES);
    }

    @Override
    public void happen(ChaosStage stage, Runnable begun) throws Exception {
      stage.broker().kill();
      begun.run();
      Shop.rest(away);
      stage.broker().again();
    }
  }

  record BrokerHeld(Duration time) implements Fault {
    @Override
    public String row() {
      return "the broker killed, or held";
    }

    @Override
    public String kind() {
      return "broker held";
    }

    @Override
    public Set<Role> halts() {
      return EnumSet.copyOf(Fleet.ROLES);
    }

    @Override
    public void happen(ChaosStage stage, Runnable begun) throws Exception {
      stage.broker().hold();
      begun.run();
      Shop.rest(time);
      stage.broker().letGo();
    }
  }

  /// @param store LEGACY or TARGET
  record StoreCrashed(Party store, Duration away) implements Fault {
    @Override
    public String row() {
      return "a store crashes (`kill -9` of all of its processes)";
    }

    @Override
    public String kind() {
      return word(store) + " store crashed";
    }

    @Override
    public Set<Role> halts() {
      return store == Party.LEGACY
          ? EnumSet.of(Role.CAPTURE)
          : EnumSet.of(Role.APPLY, Role.RECONCILE);
    }

    @Override
    public void happen(ChaosStage stage, Runnable begun) throws Exception {
      Store crashing = stage.store(store);
      crashing.crash();
      begun.run();
      Shop.rest(away);
      crashing.again();
    }
  }

  /// Killed, and its state directory with it.
  record StateLost(Name member) implements Fault {
    @Override
    public String row() {
      return "state directory lost";
    }

    @Override
    public String kind() {
      return word(member.role()) + "'s state lost";
    }

    @Override
    public Set<Role> halts() {
      return seen(member.role());
    }

    @Override
    public void happen(ChaosStage stage, Runnable begun) throws Exception {
      RoleProcess process = stage.fleet().member(member).process();
      process.end();
      begun.run();
      process.lose();
      process.again();
    }
  }

  /// A second process with the state directory of the first: one that keeps state there is refused,
  /// others stand by or take a share.
  record Doubled(Name member, Duration time) implements Fault {
    @Override
    public String row() {
      return "one state directory for two processes";
    }

    @Override
    public String kind() {
      return word(member.role()) + " doubled";
    }

    @Override
    public Set<Role> halts() {
      return isRefused() ? Set.of() : seen(member.role());
    }

    private boolean isRefused() {
      return member.role() == Role.TRANSLATE || member.role() == Role.RECONCILE;
    }

    @Override
    public void happen(ChaosStage stage, Runnable begun) throws Exception {
      try (var twin = stage.fleet().member(member).process().doubled()) {
        if (isRefused()) {
          int status = twin.ended(Duration.ofMinutes(2));
          if (status != 2 || !twin.hasSaid("is used for " + word(member.role()))) {
            throw new AssertionError("a double of " + member + " ended otherwise: " + twin.log());
          }
        } else {
          Shop.rest(time);
          twin.kill();
          begun.run();
        }
      }
    }
  }

  /// No room is left for a member's state. Only where the stage could give it a volume of its own;
  /// else nothing happens.
  record VolumeFull(Name member, Duration time) implements Fault {
    @Override
    public String row() {
      return "state directory full, or unreadable";
    }

    @Override
    public String kind() {
      return word(member.role()) + "'s volume full";
    }

    @Override
    public Set<Role> halts() {
      return seen(member.role());
    }

    @Override
    public void happen(ChaosStage stage, Runnable begun) throws Exception {
      var volume = stage.fleet().member(member).volume();
      if (volume.isPresent()) {
        volume.get().fill();
        begun.run();
        Shop.rest(time);
        volume.get().free();
      }
    }
  }
}
