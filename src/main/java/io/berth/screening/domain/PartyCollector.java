package io.berth.screening.domain;

import io.berth.screening.ListedParty;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects a file's parties: no two under one key, and no more than allowed. */
final class PartyCollector {

  private final ListLimits limits;
  private final Map<String, ListedParty> parties = new LinkedHashMap<>();

  PartyCollector(ListLimits limits) {
    this.limits = limits;
  }

  void add(PartyBuilder builder, int line, int column) {
    if (!builder.hasNames()) {
      throw new InvalidListException("an entry has no name", line, column);
    }
    ListedParty party = builder.build();
    if (parties.putIfAbsent(party.key(), party) != null) {
      throw new InvalidListException("the entry " + party.key() + " is there twice", line, column);
    }
    if (parties.size() > limits.entriesMax()) {
      throw new InvalidListException(
          "the file has more than " + limits.entriesMax() + " entries", line, column);
    }
  }

  ParsedList finish(@Nullable LocalDate asOf) {
    if (parties.isEmpty()) {
      throw new InvalidListException("the file names nobody", 0, 0);
    }
    return new ParsedList(asOf, java.util.List.copyOf(parties.values()));
  }
}
