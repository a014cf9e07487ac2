package io.berth.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.matching.Timeline.Busy;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimelineTest {

  private static final Instant NOW = Instant.parse("2026-11-28T12:00:30Z");
  private static final OrganizationId OWNER = OrganizationId.fresh();

  /** Kept from sale by a provider: no allocation. */
  private static final Busy KEPT =
      new Busy(
          Slots.first(2),
          new Period(NOW.plusSeconds(600), NOW.plusSeconds(1200)),
          null,
          null,
          false,
          null);

  @Test
  void isAfterChangesWhatItWouldBeIfAllWereReadAnew() {
    Random random = new Random(20261129);
    Map<UUID, Busy> taken = new HashMap<>();
    Timeline changed = Timeline.of(List.of(KEPT));
    for (int step = 0; step < 2_000; step++) {
      Set<UUID> ids = new HashSet<>();
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        UUID id =
            taken.isEmpty() || random.nextInt(3) == 0
                ? UUID.randomUUID()
                : List.copyOf(taken.keySet()).get(random.nextInt(taken.size()));
        ids.add(id);
        taken.remove(id);
        if (random.nextInt(3) > 0) {
          taken.put(id, busy(random, id));
        }
      }
      Instant now = NOW.plus(Duration.ofSeconds(step));

      changed =
          changed.with(
              ids,
              ids.stream()
                  .filter(taken::containsKey)
                  .map(taken::get)
                  .filter(one -> isLeft(one, now))
                  .toList(),
              now);

      taken.values().removeIf(one -> !isLeft(one, now));
      assertThat(changed).as("after step %s", step).hasToString(all(taken.values(), now));
    }
  }

  private static String all(Collection<Busy> taken, Instant now) {
    List<Busy> all = new ArrayList<>(taken);
    if (isLeft(KEPT, now)) {
      all.add(KEPT);
    }
    return Timeline.of(all).toString();
  }

  private static boolean isLeft(Busy one, Instant now) {
    return Timeline.minuteAfter(one.period().end()) > Timeline.minute(now);
  }

  private static Busy busy(Random random, UUID id) {
    int first = random.nextInt(80);
    Instant start = NOW.plus(Duration.ofMinutes(random.nextInt(60)));
    return new Busy(
        Slots.first(first + 1 + random.nextInt(4)).minus(Slots.first(first)),
        new Period(start, start.plus(Duration.ofMinutes(1 + random.nextInt(60)))),
        random.nextBoolean() ? start : null,
        random.nextBoolean() ? OWNER : null,
        true,
        id);
  }
}
