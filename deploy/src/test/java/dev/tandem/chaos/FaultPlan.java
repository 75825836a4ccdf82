package dev.tandem.chaos;

import dev.tandem.chaos.Fault.BrokerHeld;
import dev.tandem.chaos.Fault.BrokerKilled;
import dev.tandem.chaos.Fault.Cut;
import dev.tandem.chaos.Fault.Doubled;
import dev.tandem.chaos.Fault.Held;
import dev.tandem.chaos.Fault.Killed;
import dev.tandem.chaos.Fault.Restarted;
import dev.tandem.chaos.Fault.StateLost;
import dev.tandem.chaos.Fault.StoreCrashed;
import dev.tandem.chaos.Fault.VolumeFull;
import dev.tandem.chaos.Fleet.Name;
import dev.tandem.chaos.Fleet.Party;
import dev.tandem.run.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Which faults happen, in their order.
///
/// @param faults one after the other
record FaultPlan(List<Fault> faults) {
  private static final List<Wire.State> BAD =
      List.of(Wire.State.SILENT, Wire.State.SLOW, Wire.State.REFUSE, Wire.State.RESET);

  FaultPlan {
    faults = List.copyOf(faults);
  }

  /// Every kind of fault as often as any other, to members and for times that the seed decides.
  ///
  /// @param members of each role
  static FaultPlan of(long seed, int members, int faults) {
    var random = new Random(seed);
    var plan = new ArrayList<Fault>();
    while (plan.size() < faults) {
      List<Fault> round = round(random, members);
      Collections.shuffle(round, random);
      plan.addAll(round.subList(0, Math.min(round.size(), faults - plan.size())));
    }
    return new FaultPlan(plan);
  }

  private static List<Fault> round(Random random, int members) {
    var draw = new Draw(random, members);
    var round = new ArrayList<Fault>();
    for (Role role : Fleet.ROLES) {
      round.add(new Killed(draw.member(role), draw.seconds(0, 15)));
      round.add(new Restarted(draw.member(role)));
      round.add(new Held(draw.member(role), draw.seconds(12, 30)));
      round.add(
          new Cut(
              draw.member(role), Party.KAFKA, draw.state(Wire.State.SILENT), draw.seconds(12, 30)));
      round.add(
          new Cut(
              draw.member(role), Party.KAFKA, draw.state(Wire.State.RESET), draw.seconds(1, 10)));
      round.add(new Doubled(draw.member(role), draw.seconds(8, 15)));
    }
    round.add(new Cut(draw.member(Role.CAPTURE), Party.LEGACY, draw.any(BAD), draw.seconds(2, 30)));
    for (Role role : List.of(Role.APPLY, Role.RECONCILE)) {
      round.add(new Cut(draw.member(role), Party.TARGET, draw.any(BAD), draw.seconds(2, 30)));
    }
    round.add(new Killed(draw.member(Role.SERVE), draw.seconds(0, 15)));
    round.add(new Held(draw.member(Role.SERVE), draw.seconds(12, 30)));
    round.add(
        new Cut(
            draw.member(Role.SERVE),
            draw.any(List.of(Party.values())),
            draw.any(BAD),
            draw.seconds(2, 30)));
    round.add(new StateLost(draw.member(Role.TRANSLATE)));
    round.add(new StateLost(draw.member(Role.RECONCILE)));
    // Of each role that keeps state the last member has a volume of its own.
    for (Role role : List.of(Role.TRANSLATE, Role.RECONCILE)) {
      round.add(new VolumeFull(new Name(role, members - 1), draw.seconds(10, 30)));
    }
    round.add(new BrokerKilled(draw.seconds(0, 30)));
    round.add(new BrokerHeld(draw.seconds(5, 30)));
    round.add(new StoreCrashed(Party.LEGACY, draw.seconds(0, 10)));
    round.add(new StoreCrashed(Party.TARGET, draw.seconds(0, 10)));
    return round;
  }

  private record Draw(Random random, int members) {
    Name member(Role role) {
      return new Name(role, random.nextInt(members));
    }

    Duration seconds(int from, int to) {
      return Duration.ofSeconds(from + random.nextInt(to - from + 1));
    }

    <T> T any(List<T> all) {
      return all.get(random.nextInt(all.size()));
    }

    /// This one, or a slow line.
    Wire.State state(Wire.State state) {
      return random.nextInt(3) == 0 ? Wire.State.SLOW : state;
    }
  }
}
