package io.berth.screening;

import io.berth.screening.domain.NameScore;
import io.berth.screening.domain.NameTokens;
import io.berth.screening.domain.TokenIndex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every listed party, ready to be searched. Immutable, and safe to be searched by many threads at
 * once.
 *
 * <p>A search first finds the listed names that share words with the one looked for, exactly or
 * nearly (an index of words and of pairs of letters), then compares those word by word with
 * Jaro–Winkler similarity. Rare words count more than common ones, legal forms hardly at all; names
 * that their list calls weak count less; countries and the kind of party add or take a little; a
 * number that identifies the party decides alone.
 */
public final class ScreeningIndex {

  private static final double WEAK_ALIAS_FACTOR = 0.93;
  private static final double COUNTRY_AGREES = 0.03;
  private static final double COUNTRY_DIFFERS = -0.06;
  private static final double TYPE_DIFFERS = -0.08;

  /** Shorter numbers are shared by too many. */
  private static final int IDENTIFIER_LENGTH_MIN = 5;

  private final List<ListedParty> parties;
  private final int[] partyOfName;
  private final ListedName[] names;
  private final TokenIndex tokens;
  private final Map<String, List<Integer>> partiesByNumber;

  private ScreeningIndex(Collection<ListedParty> given) {
    parties = unique(given);
    List<ListedName> allNames = new ArrayList<>();
    List<Integer> owners = new ArrayList<>();
    partiesByNumber = new HashMap<>();
    for (int party = 0; party < parties.size(); party++) {
      for (ListedName name : parties.get(party).names()) {
        allNames.add(name);
        owners.add(party);
      }
      for (PartyIdentifier identifier : parties.get(party).identifiers()) {
        String number = NameTokens.number(identifier.number());
        if (number.length() >= IDENTIFIER_LENGTH_MIN) {
          partiesByNumber.computeIfAbsent(number, key -> new ArrayList<>()).add(party);
        }
      }
    }
    names = allNames.toArray(ListedName[]::new);
    partyOfName = owners.stream().mapToInt(Integer::intValue).toArray();
    tokens = TokenIndex.of(allNames.stream().map(name -> NameTokens.of(name.text())).toList());
  }

  /**
   * Builds an index. Of two parties with the same key, which two published files may both hold, the
   * first counts.
   */
  public static ScreeningIndex of(Collection<ListedParty> parties) {
    return new ScreeningIndex(parties);
  }

  /** How many parties it holds. */
  public int size() {
    return parties.size();
  }

  /** Those that reach the threshold, each once, best first. */
  public List<ScreeningHit> search(ScreeningQuery query, MatchSettings settings) {
    Map<Integer, ScreeningHit> best = new HashMap<>();
    double nameMin = settings.threshold() - COUNTRY_AGREES;
    for (NameScore score : tokens.search(NameTokens.of(query.name()), nameMin)) {
      ScreeningHit hit = weigh(query, partyOfName[score.name()], names[score.name()], score);
      if (hit.score() >= settings.threshold()) {
        best.merge(
            partyOfName[score.name()],
            hit,
            (one, other) -> one.score() >= other.score() ? one : other);
      }
    }
    identified(query).forEach(best::put);
    return best.values().stream()
        .sorted(
            Comparator.comparingDouble(ScreeningHit::score)
                .reversed()
                .thenComparing(hit -> hit.party().key()))
        .limit(settings.hitsMax())
        .toList();
  }

  private ScreeningHit weigh(
      ScreeningQuery query, int partyIndex, ListedName name, NameScore score) {
    ListedParty party = parties.get(partyIndex);
    List<ScorePart> parts = new ArrayList<>();
    parts.add(new ScorePart("name", score.score(), score.explain()));
    double total = score.score();
    if (name.strength() == NameStrength.WEAK) {
      total =
          add(
              parts,
              total,
              "weakAlias",
              score.score() * (WEAK_ALIAS_FACTOR - 1),
              "The list calls this name a weak one.");
    }
    if (!query.countries().isEmpty() && !party.countries().isEmpty()) {
      Set<String> shared = new java.util.TreeSet<>(query.countries());
      shared.retainAll(party.countries());
      total =
          shared.isEmpty()
              ? add(
                  parts,
                  total,
                  "country",
                  COUNTRY_DIFFERS,
                  "The list connects the party with " + party.countries() + " only.")
              : add(
                  parts,
                  total,
                  "country",
                  COUNTRY_AGREES,
                  "Both are connected with " + shared + ".");
    }
    if (query.type() != PartyType.UNKNOWN
        && party.type() != PartyType.UNKNOWN
        && query.type() != party.type()) {
      total =
          add(
              parts,
              total,
              "type",
              TYPE_DIFFERS,
              "The list names a party of another kind: " + party.type() + ".");
    }
    return new ScreeningHit(party, name, Math.clamp(total, 0.0, 1.0), parts);
  }

  private static double add(
      List<ScorePart> parts, double total, String kind, double points, String detail) {
    parts.add(new ScorePart(kind, points, detail));
    return total + points;
  }

  /** A number decides, unless both say which country issued it and the two differ. */
  private Map<Integer, ScreeningHit> identified(ScreeningQuery query) {
    Map<Integer, ScreeningHit> hits = new LinkedHashMap<>();
    for (String given : query.identifiers()) {
      String number = NameTokens.number(given);
      for (int party : partiesByNumber.getOrDefault(number, List.of())) {
        for (PartyIdentifier identifier : parties.get(party).identifiers()) {
          boolean isElsewhere =
              identifier.country() != null
                  && !query.countries().isEmpty()
                  && !query.countries().contains(identifier.country());
          if (NameTokens.number(identifier.number()).equals(number) && !isElsewhere) {
            hits.put(
                party,
                new ScreeningHit(
                    parties.get(party),
                    parties.get(party).names().getFirst(),
                    1,
                    List.of(
                        new ScorePart(
                            "identifier",
                            1,
                            "The number "
                                + identifier.number()
                                + " ("
                                + identifier.type()
                                + ") is the same."))));
          }
        }
      }
    }
    return hits;
  }

  private static List<ListedParty> unique(Collection<ListedParty> given) {
    List<ListedParty> unique = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (ListedParty party : given) {
      if (keys.add(party.key())) {
        unique.add(party);
      }
    }
    return List.copyOf(unique);
  }
}
