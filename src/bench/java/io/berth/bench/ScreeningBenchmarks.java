package io.berth.bench;

import io.berth.screening.ListedName;
import io.berth.screening.ListedParty;
import io.berth.screening.MatchSettings;
import io.berth.screening.NameStrength;
import io.berth.screening.PartyType;
import io.berth.screening.ScreeningHit;
import io.berth.screening.ScreeningIndex;
import io.berth.screening.ScreeningQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Screening against 25,000 made-up names. */
@Fork(1)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScreeningBenchmarks {

  /** The names, and others to look for. */
  @State(Scope.Benchmark)
  public static class Lists {

    private static final int PARTIES = 20_000;
    private static final int ALIASES = 5_000;
    private static final int QUERIES = 1_000;
    private static final List<String> FIRST =
        List.of(
            "al", "ba", "che", "dor", "el", "fan", "gri", "har", "iva", "jun", "kos", "lan", "mir",
            "nov", "ost", "pet", "qua", "ras", "sel", "tian", "ur", "vol", "wei", "xin", "yam",
            "zor");
    private static final List<String> LAST =
        List.of(
            "ad", "bek", "chik", "dze", "ev", "feng", "gar", "hua", "in", "jar", "kov", "lin",
            "man", "nik", "ov", "pour", "ran", "shin", "tek", "ul", "vich", "wan", "yev", "zade");
    private static final List<String> FORMS =
        List.of("", "", "Trading", "Technology Co Ltd", "LLC", "Shipping", "Group", "GmbH");

    ScreeningIndex index;
    List<ScreeningQuery> queries;
    int next;

    public Lists() {
      Random random = new Random(25_000);
      List<ListedParty> parties = new ArrayList<>();
      for (int i = 0; i < PARTIES; i++) {
        List<ListedName> names = new ArrayList<>();
        names.add(new ListedName(name(random), NameStrength.values()[0]));
        if (i < ALIASES) {
          names.add(new ListedName(name(random), NameStrength.WEAK));
        }
        parties.add(
            new ListedParty(
                "SDN",
                "" + i,
                PartyType.UNKNOWN,
                names,
                Set.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()));
      }
      index = ScreeningIndex.of(parties);
      queries = new ArrayList<>();
      for (int i = 0; i < QUERIES; i++) {
        // Half of them are on the list, but for a letter.
        String name =
            i % 2 == 0
                ? name(random)
                : misspelt(parties.get(random.nextInt(PARTIES)).primaryName(), random);
        queries.add(new ScreeningQuery(name, PartyType.UNKNOWN, Set.of(), List.of()));
      }
    }

    private static String name(Random random) {
      StringBuilder name = new StringBuilder();
      for (int word = 1 + random.nextInt(2); word >= 0; word--) {
        name.append(FIRST.get(random.nextInt(FIRST.size())));
        name.append(FIRST.get(random.nextInt(FIRST.size())));
        name.append(LAST.get(random.nextInt(LAST.size()))).append(' ');
      }
      return name.append(FORMS.get(random.nextInt(FORMS.size()))).toString().strip();
    }

    private static String misspelt(String name, Random random) {
      int at = 1 + random.nextInt(name.length() - 1);
      return name.substring(0, at) + 'e' + name.substring(at + 1);
    }
  }

  /** One name against all. */
  @Benchmark
  public List<ScreeningHit> screenOneName(Lists lists) {
    lists.next = (lists.next + 1) % lists.queries.size();
    return lists.index.search(lists.queries.get(lists.next), MatchSettings.USUAL);
  }
}
