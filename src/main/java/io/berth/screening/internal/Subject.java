package io.berth.screening.internal;

import io.berth.identity.LegalFacts;
import io.berth.identity.Organization;
import io.berth.identity.Owner;
import io.berth.screening.PartyType;
import io.berth.screening.ScreeningQuery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Somebody to look for: an organization, or one of its owners.
 *
 * @param owner the owner's name; empty for the organization itself
 * @param query what is compared with the lists
 */
record Subject(String owner, ScreeningQuery query) {

  /** The organization and everybody who owns a part of it, each once. */
  static List<Subject> of(Organization organization) {
    LegalFacts facts = organization.facts();
    Set<Subject> subjects = new LinkedHashSet<>();
    Set<String> countries = new TreeSet<>();
    add(countries, facts.residenceCountry());
    add(countries, facts.ultimateParentCountry());
    subjects.add(
        new Subject(
            "",
            new ScreeningQuery(
                organization.name(),
                PartyType.ENTITY,
                countries,
                facts.registrationNumber() == null
                    ? List.of()
                    : List.of(facts.registrationNumber()))));
    owners(facts.owners(), subjects);
    return new ArrayList<>(subjects);
  }

  private static void owners(List<Owner> owners, Set<Subject> subjects) {
    for (Owner owner : owners) {
      // Of those that are known to be listed, too: which lists name them decides what follows.
      Set<String> countries = new TreeSet<>();
      add(countries, owner.country());
      subjects.add(
          new Subject(
              owner.name(),
              new ScreeningQuery(owner.name(), PartyType.UNKNOWN, countries, List.of())));
      if (owner.owners() != null) {
        owners(owner.owners(), subjects);
      }
    }
  }

  private static void add(Set<String> countries, @Nullable String country) {
    if (country != null) {
      countries.add(country);
    }
  }

  /** Of everything that is compared: with the same hash the same hits come out. */
  String factsHash() {
    return hash(
        String.join(
            "\u0000",
            query.name(),
            query.type().name(),
            String.join(",", new TreeSet<>(query.countries())),
            String.join("\u0001", query.identifiers())));
  }

  /** SHA-256 of a text in UTF-8, lower-case hexadecimal. */
  static String hash(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
